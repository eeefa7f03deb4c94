/** The streams of a process: what a reader, a full disk or a hostile name can do to them. */

export interface Stream {
  write(text: string): unknown;
  on?(event: "error", handle: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface SafeStream {
  readonly write: (text: string) => void;
  /** Why something could not be written; a reader that has gone away is no reason. */
  readonly failure: () => Error | null;
  readonly isTTY: boolean;
  readonly columns: number | undefined;
}

/** Writing never throws: work that is under way goes on when nobody reads (`dunning run | head`) or the disk is full. */
export function safe(stream: Stream): SafeStream {
  let closed = false;
  let failure: Error | null = null;
  const close = (error: unknown): void => {
    closed = true;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPIPE" && code !== "ERR_STREAM_DESTROYED") failure ??= error as Error;
  };
  stream.on?.("error", close);
  return {
    write: (text) => {
      if (closed) return;
      try {
        stream.write(text);
      } catch (error) {
        close(error);
      }
    },
    failure: () => failure,
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}

/** Our own colours, and characters that make a terminal do something or turn the direction of a text. */
// oxlint-disable-next-line no-control-regex -- ESC is what is looked for
const CONTROL = /(\u{1b}\[(?:1|2|22|31|32|33|39)m)|(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text for a terminal: data from an export can colour it at the most. */
export function visible(text: string): string {
  return text.replace(CONTROL, (_all, colour: string | undefined) => colour ?? "\ufffd");
}
