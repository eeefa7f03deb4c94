import type { OwnLayout, Stationery } from "../core/types.ts";
import type { PageLayout } from "./letter-sheet.ts";

/** Millimetres from the left and from the top edge of the page. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
type Column = Omit<Area, "height">;

/** Where the parts of a letter stand on an A4 page. */
export interface LetterLayout extends PageLayout {
  readonly name: string;
  /** What the envelope may show, whatever the sheet's play in it. */
  readonly window: Area;
  readonly address: Area;
  /** Above the address, small, where the window shows it: where the letter comes back to. */
  readonly returnLine: Column | null;
  readonly sender: Area;
  readonly logo: { readonly width: number; readonly height: number };
  /** Kept empty on registered letters: the carrier's label is stuck or printed there. */
  readonly registeredLabel: Area | null;
  /** How the letter is sent. */
  readonly mention: Column;
  readonly references: Column;
  readonly date: Column;
  readonly subject: number;
  readonly signature: { readonly x: number; readonly space: number };
  readonly footer: number;
  /** Marks at the left edge where the page is folded, and where it is punched. */
  readonly folds: readonly number[];
  readonly hole: number | null;
}

const A4 = { width: 210, height: 297 };
const COMMON = {
  page: A4,
  logo: { width: 50, height: 15 },
  footer: 281.5,
  registeredLabel: null,
  returnLine: null,
  hole: null,
} as const;
/** DL envelopes: 99 mm thrice; C5/6 of DIN and SN: the first fold at 105 mm. */
const THIRDS = [99, 198];

/**
 * French DL envelopes with a window on the right (NF Z 11-001: field x 100-200, y 35-80; always visible whatever the
 * sheet's play: x 100-190, y 45-79). The box below fits 85 x 33 mm windows too, with the registered label above it.
 */
const FR_WINDOW: LetterLayout = {
  ...COMMON,
  name: "fr-window",
  body: { left: 20, right: 190, firstTop: 103, top: 26, bottom: 274 },
  window: { x: 100, y: 45, width: 90, height: 34 },
  sender: { x: 20, y: 14, width: 76, height: 46 },
  address: { x: 110, y: 55, width: 80, height: 24 },
  registeredLabel: { x: 108, y: 14, width: 84, height: 40 },
  mention: { x: 20, y: 64, width: 80 },
  references: { x: 20, y: 83, width: 84 },
  date: { x: 110, y: 83, width: 80 },
  subject: 94,
  signature: { x: 110, space: 15 },
  folds: THIRDS,
};

/** The same envelopes in Belgium, with a little more room: no label stands above the address. */
const BE_RIGHT: LetterLayout = {
  ...FR_WINDOW,
  name: "be-right",
  address: { x: 105, y: 49, width: 84, height: 29 },
  registeredLabel: { x: 104, y: 12, width: 88, height: 32 },
  hole: 148.5,
};

/** Window on the left, 20 mm from the envelope's edge (always visible: x 20-110, y 45-79); the sender stands on the right. */
const BE_LEFT: LetterLayout = {
  ...BE_RIGHT,
  name: "be-left",
  window: { x: 20, y: 45, width: 90, height: 34 },
  address: { x: 24, y: 49, width: 84, height: 29 },
  sender: { x: 125, y: 14, width: 65, height: 38 },
  registeredLabel: { x: 20, y: 12, width: 90, height: 32 },
  mention: { x: 125, y: 54, width: 65 },
  references: { x: 125, y: 65, width: 65 },
  date: { x: 125, y: 83, width: 65 },
};

/**
 * DIN 5008: a field of 85 x 45 mm at x 20 whose first 5 mm hold the return line, the next 12.7 mm remarks (such as
 * "Einschreiben"), the last 27.3 mm the address. Form A starts at y 27, form B at y 45.
 */
function din(name: string, top: number, folds: readonly number[]): LetterLayout {
  return {
    ...COMMON,
    name,
    body: { left: 25, right: 190, firstTop: top + 67.5, top: 26, bottom: 274 },
    window: { x: 20, y: top, width: 85, height: 45 },
    returnLine: { x: 25, y: top + 0.5, width: 80 },
    mention: { x: 25, y: top + 6, width: 75 },
    address: { x: 25, y: top + 17.7, width: 75, height: 27.3 },
    sender: { x: 125, y: 10, width: 65, height: 38 },
    references: { x: 125, y: 52, width: 65 },
    date: { x: 125, y: Math.max(67, top + 39), width: 65 },
    subject: top + 58,
    signature: { x: 25, space: 15 },
    folds,
    hole: 148.5,
  };
}

/** SN 010130: on the right a field of 90 x 45 mm at x 112, y 45. */
const CH_RIGHT: LetterLayout = {
  ...FR_WINDOW,
  name: "ch-right",
  body: { left: 20, right: 190, firstTop: 111, top: 26, bottom: 274 },
  window: { x: 112, y: 45, width: 90, height: 45 },
  returnLine: { x: 118, y: 47, width: 76 },
  address: { x: 118, y: 54, width: 72, height: 32 },
  registeredLabel: null,
  mention: { x: 20, y: 72, width: 80 },
  references: { x: 20, y: 82, width: 80 },
  date: { x: 20, y: 93, width: 80 },
  subject: 102,
  folds: [105, 210],
  hole: 148.5,
};

/** SN 010130: on the left a field of 100 x 45 mm at x 20, y 35.5. */
const CH_LEFT: LetterLayout = {
  ...CH_RIGHT,
  name: "ch-left",
  window: { x: 20, y: 35.5, width: 100, height: 45 },
  returnLine: { x: 25, y: 38, width: 90 },
  address: { x: 25, y: 46, width: 85, height: 32 },
  sender: { x: 125, y: 14, width: 65, height: 38 },
  mention: { x: 125, y: 56, width: 65 },
  references: { x: 125, y: 68, width: 65 },
  date: { x: 125, y: 90, width: 65 },
};

const LAYOUTS: readonly LetterLayout[] = [
  FR_WINDOW,
  BE_LEFT,
  BE_RIGHT,
  din("din-5008-a", 27, [87, 192]),
  din("din-5008-b", 45, [105, 210]),
  CH_LEFT,
  CH_RIGHT,
];

export const DEFAULT_LAYOUT = FR_WINDOW;

function named(name: string): LetterLayout {
  const found = LAYOUTS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no such layout: ${name}`);
  return found;
}

/** One of the norms with the address where an envelope of one's own shows it. */
function ownLayout({ like, address, subject }: OwnLayout): LetterLayout {
  const base = named(like);
  const heading = subject ?? base.subject;
  return {
    ...base,
    name: "own",
    window: address,
    address,
    subject: heading,
    body: { ...base.body, firstTop: base.body.firstTop + heading - base.subject },
    // What stands around the address in the norm may stand in it here.
    returnLine: null,
    registeredLabel: null,
  };
}

/** The layout that a company's letters have. Throws for a name that there is not: the configuration was checked. */
export function layoutOf({ layout, own }: Pick<Stationery, "layout" | "own">): LetterLayout {
  return own !== null && layout === "own" ? ownLayout(own) : named(layout);
}
