import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { builtInProfiles } from "../config/built-in.ts";
import { withProfile } from "../config/profiles.ts";
import type { Context } from "../context.ts";
import type { Balance, Understanding } from "../intake/balance.ts";
import type { Profile } from "../intake/profile.ts";
import type { KnownProfile } from "../intake/recognise.ts";
import type { Role } from "../intake/roles.ts";
import { EXIT, Failure } from "../problem.ts";
import type { SnapshotRecord } from "../store/snapshots.ts";

/** How it was decided in which way a file is read. */
export interface Layout {
  /** Null: by what the file itself proves. */
  readonly profile: string | null;
  readonly origin: "named" | "own" | "built-in" | "journal" | "file";
  readonly evidence: string;
}

/** Column roles without which nobody knows who owes what since when. */
const NEEDED: ReadonlySet<Role> = new Set<Role>(
  "debtor name number issued due open debit credit side total bucket currency settled".split(" ") as Role[],
);
/** Below this a role, or an encoding, is the best of several readings. */
const SURE = { role: 0.8, encoding: 0.6 };

/** The user's own profiles and those that are built in, without the ones that own ones replace. */
export function knownProfiles(
  { home }: Context,
  own: Readonly<Record<string, unknown>>,
): readonly KnownProfile[] {
  const builtIn = Object.entries(builtInProfiles(home)).filter(([name]) => !Object.hasOwn(own, name));
  const named =
    (origin: KnownProfile["origin"]) =>
    ([name, profile]: [string, unknown]): KnownProfile => ({ name, origin, profile: profile as Profile });
  return [...Object.entries(own).map(named("own")), ...builtIn.map(named("built-in"))];
}

/** Null for `auto`. Throws a Failure (2) for a name that nobody has. */
export function profileNamed(file: string, known: readonly KnownProfile[], name: string): Profile | null {
  if (name === "auto") return null;
  const found = known.find((each) => each.name === name);
  if (found !== undefined) return found.profile;
  throw new Failure(EXIT.usage, {
    code: "unknown-profile",
    where: { file },
    message: "there is no such profile",
    found: name,
    expected: ["auto", ...known.map((each) => each.name)].join(", "),
    fix: `dunning inspect FILE --save-profile ${name}`,
  });
}

export function layoutOf(named: string, { kind, understanding }: Balance): Layout {
  if (named !== "auto") return { profile: named, origin: "named", evidence: "named for this import" };
  if (kind === "journal") return { profile: null, origin: "journal", evidence: "a FEC" };
  const { match } = understanding;
  if (match !== null) return { profile: match.name, origin: match.origin, evidence: match.evidence };
  return { profile: null, origin: "file", evidence: "what its columns and cells prove" };
}

/** What in a reading rests on the likelier of several ways, in words; empty where the file proves all of it. */
function guessed({ encoding, columns, layout }: Understanding): string[] {
  const roles = columns.flatMap(({ header, role, confidence, evidence }) =>
    role !== null && NEEDED.has(role) && confidence < SURE.role
      ? [`the column "${header}" as ${role} (${evidence})`]
      : [],
  );
  return [
    ...roles,
    ...(encoding.confidence < SURE.encoding ? [`the encoding ${encoding.name} (${encoding.evidence})`] : []),
    ...(layout?.groups === "carried" ? ["customers on the first of their rows only"] : []),
  ];
}

/**
 * Nothing is guessed where nobody can be asked: what is proved is no guess. Throws a Failure (65) for a file that no
 * profile fits, and whose reading is not proved in full or whose columns are not those of the last balance.
 */
export function refuseGuess(balance: Balance, layout: Layout, last: SnapshotRecord | null): void {
  // The same bytes change nothing.
  if (layout.origin !== "file" || last?.sha256 === balance.sha256) return;
  const guesses = guessed(balance.understanding);
  const [before] = (last?.profile ?? []) as readonly Profile[];
  const changed = before !== undefined && before.header !== balance.profile.header;
  if (guesses.length === 0 && !changed) return;
  throw new Failure(EXIT.input, {
    code: "layout-unknown",
    where: { file: balance.path },
    message: "no profile fits this file, and an import without a terminal guesses nothing",
    found: [
      ...(changed ? [`other columns than those of import ${last?.id} (${last?.file})`] : []),
      ...guesses,
    ].join("; "),
    expected: changed
      ? "the layout of the last balance, or a profile"
      : "a layout that the file proves, or a profile",
    fix: `look at it once and keep how it is read: dunning inspect ${balance.path} --save-profile NAME`,
  });
}

/** Why a file is read as it is: comments for a profile that is written down. */
export function evidenceOf(understanding: Understanding): string[] {
  const { file, header, delimiter, decimal, dateOrder, sign, columns } = understanding;
  const facts = Object.entries({ delimiter, decimal, dates: dateOrder, sign })
    .filter(([, { value }]) => value !== null)
    .map(([name, { evidence }]) => `${name}: ${evidence}`);
  const roles = columns.flatMap(({ header: name, role, confidence, evidence }) =>
    role === null ? [] : [`${role}: "${name}", ${Math.round(100 * confidence)} % sure, ${evidence}`],
  );
  return [`as ${basename(file)} was read, header on line ${header?.row ?? 0}`, ...facts, ...roles];
}

/** Adds a profile to dunning.yaml, comments kept. Throws a Failure (66) where there is none. */
export function saveProfile(
  { globals }: Context,
  name: string,
  profile: object,
  comments: readonly string[],
): string {
  const config = join(globals.dir, "dunning.yaml");
  let text: string;
  try {
    text = readFileSync(config, "utf8");
  } catch {
    throw new Failure(EXIT.missing, {
      code: "config-missing",
      where: { file: config },
      message: "there is no configuration to write the profile into",
      fix: "dunning init",
    });
  }
  // Beside it, then over it: a full disk must not leave half a configuration.
  writeFileSync(`${config}.new`, withProfile(text, name, profile, comments), { mode: 0o600, flag: "wx" });
  renameSync(`${config}.new`, config);
  return config;
}
