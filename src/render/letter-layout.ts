/** Where the parts of a letter stand. Millimetres from the left and from the top edge of an A4 page. */
export interface LetterLayout {
  readonly name: string;
  readonly page: { readonly width: number; readonly height: number };
  /** Text area; `firstTop` on the first page below the letterhead, `top` on the following ones. */
  readonly body: {
    readonly left: number;
    readonly right: number;
    readonly firstTop: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly sender: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly logo: { readonly width: number; readonly height: number };
  /** What the envelope's window shows: nothing but the address may stand in it. */
  readonly address: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** Kept empty on registered letters: the carrier's label is stuck or printed there. */
  readonly registeredLabel: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** How the letter is sent, on the side of the sender. */
  readonly mention: { readonly x: number; readonly y: number };
  readonly references: { readonly x: number; readonly y: number; readonly width: number };
  readonly date: { readonly x: number; readonly y: number; readonly width: number };
  readonly subject: number;
  readonly signature: { readonly x: number; readonly space: number };
  readonly footer: number;
  /** Marks at the left edge where the page is folded. */
  readonly folds: readonly number[];
}

/**
 * French DL envelopes with a window on the right (NF Z 11-001: field x 100-200, y 35-80; always visible whatever the
 * sheet's play: x 100-190, y 45-79). The box below fits 85 x 33 mm windows too, with the registered label above it.
 */
const FR_WINDOW: LetterLayout = {
  name: "fr-window",
  page: { width: 210, height: 297 },
  body: { left: 20, right: 190, firstTop: 103, top: 26, bottom: 274 },
  sender: { x: 20, y: 14, width: 76, height: 46 },
  logo: { width: 50, height: 15 },
  address: { x: 110, y: 55, width: 80, height: 24 },
  registeredLabel: { x: 108, y: 14, width: 84, height: 40 },
  mention: { x: 20, y: 64 },
  references: { x: 20, y: 83, width: 84 },
  date: { x: 110, y: 83, width: 80 },
  subject: 94,
  signature: { x: 110, space: 15 },
  footer: 281.5,
  folds: [99, 198],
};

export const DEFAULT_LAYOUT = FR_WINDOW;
