import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";

/** One thing that happened: ids, codes and counts alone. There is no room for a text, a name, an address or an amount. */
export interface LogLine {
  readonly level: "info" | "warn" | "error";
  /** kebab-case. */
  readonly event: string;
  /** As it is typed, without its arguments. */
  readonly command?: string;
  /** The name of a run. */
  readonly run?: string;
  /** Code of a debtor. */
  readonly debtor?: string;
  /** Id of a message. */
  readonly key?: string;
  /** Of a problem, or how a message ended. */
  readonly code?: string;
  readonly exit?: number;
}

export interface LogSettings {
  /** Absolute path. */
  readonly file: string;
  /** Bytes. */
  readonly maxSize: number;
  /** How many older files stay. */
  readonly keep: number;
}

/** The current file becomes .1, .1 becomes .2 and so on; the oldest one goes. */
function rotate({ file, keep }: LogSettings): void {
  rmSync(`${file}.${keep}`, { force: true });
  for (let nth = keep - 1; nth >= 1; nth--)
    if (existsSync(`${file}.${nth}`)) renameSync(`${file}.${nth}`, `${file}.${nth + 1}`);
  if (keep > 0) renameSync(file, `${file}.1`);
  else rmSync(file);
}

/**
 * Appends lines to the log (0600, made where it is missing) with the moment in UTC, then puts it aside where it has grown
 * too large. A link in its place is not followed. Throws what the system says.
 */
export function writeLog(settings: LogSettings, at: Date, lines: readonly LogLine[]): void {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  const ts = at.toISOString();
  const text = lines.map((line) => `${JSON.stringify({ ts, ...line })}\n`).join("");
  const file = openSync(settings.file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  let size: number;
  try {
    writeSync(file, text);
    size = fstatSync(file).size;
  } finally {
    closeSync(file);
  }
  if (size > settings.maxSize) rotate(settings);
}
