import { parseTerms } from "../core/terms.ts";
import type { Profile } from "../intake/profile.ts";
import { type Role, roleText } from "../intake/roles.ts";
import type { Understanding } from "../intake/understanding.ts";
import type { Prompts } from "./init-questions.ts";
import { withRole } from "./reading-choices.ts";

/** One of a few values; throws when the user goes away. */
export type Choose = <const T extends string>(
  message: string,
  labels: Readonly<Record<T, string>>,
) => Promise<T>;

/** What a person is asked about; the other roles keep what was found out. */
const ROLES: readonly Role[] = [
  "debtor",
  "name",
  "number",
  "type",
  "issued",
  "due",
  "open",
  "debit",
  "credit",
  "original",
  "currency",
  "email",
];

const NOTHING = "-";

/** The columns by number, each with its role and what stands in it. */
function columnLabels({ columns, values }: Understanding): Record<string, string> {
  return Object.fromEntries(
    columns.map(({ index, header, role }) => {
      const shown = (values[index] ?? []).join(" · ").slice(0, 40);
      return [String(index + 1), `${header || `(${index + 1})`}  [${role ?? NOTHING}]  ${shown}`];
    }),
  );
}

function rowLabels({ top }: Understanding): Record<string, string> {
  const rows = top.filter(({ cells }) => cells.some((cell) => cell.trim() !== "")).slice(0, 12);
  return Object.fromEntries(
    rows.map(({ cells, line }) => [String(line), `${line}: ${cells.join(" · ").slice(0, 60)}`]),
  );
}

/**
 * Walks through how a file is read until the person agrees. `look` reads it again with what has been decided so far and
 * shows it. Returns the profile, or null where an import would still refuse the file.
 */
export async function askReading(
  choose: Choose,
  look: (decided: Profile | null) => Promise<Understanding>,
): Promise<Profile | null> {
  let decided: Profile | null = null;
  for (;;) {
    const seen = await look(decided);
    const answer = await choose("Le fichier est-il bien lu\u00a0? · Is the file read rightly?", {
      yes: "oui · yes",
      column: "non, une colonne · no, a column",
      dates: "non, les dates · no, the dates",
      decimal: "non, la virgule ou le point décimal · no, the decimal mark",
      sign: "non, les signes · no, the signs",
    });
    const base: Profile = decided ?? { format: seen.profile.format };
    if (answer === "column" && seen.columns.length === 0) {
      const line = await choose(
        "Quelle ligne nomme les colonnes\u00a0? · Which row names the columns?",
        rowLabels(seen),
      );
      decided = { ...base, header: Number(line) };
      continue;
    }
    if (answer === "yes") {
      const refused = seen.problems.some(({ code }) => code !== "balance-date-missing");
      return refused ? null : seen.profile;
    }
    if (answer === "column") {
      const at = Number(await choose("Quelle colonne\u00a0? · Which column?", columnLabels(seen)));
      const role = await choose("Qu’y trouve-t-on\u00a0? · What does it hold?", {
        ...Object.fromEntries(ROLES.map((each) => [each, `${each}: ${roleText(each)}`])),
        [NOTHING]: "rien d’utile · nothing of use",
      });
      const columns = withRole(
        decided?.columns ?? seen.profile.columns ?? {},
        nameOf(seen, at),
        role === NOTHING ? null : role,
      );
      decided = { ...base, columns };
    } else if (answer === "dates") {
      const dates = await choose("Forme des dates · Form of the dates", {
        "dd/MM/yyyy": "31/12/2026",
        "MM/dd/yyyy": "12/31/2026",
        "yyyy-MM-dd": "2026-12-31",
        ddMMyyyy: "31122026",
        yyyyMMdd: "20261231",
        excel: "46387 (tableur · spreadsheet)",
      });
      decided = { ...base, dates };
    } else if (answer === "decimal") {
      const decimal = await choose("Séparateur décimal · Decimal mark", { ",": "1 234,56", ".": "1,234.56" });
      decided = { ...base, decimal };
    } else {
      const sign = await choose("Ce que les clients doivent · What customers owe", {
        "owed-positive": "est positif · is positive",
        "owed-negative": "est négatif · is negative",
        "by-side": "suit le sens ou le type · follows the side or the type",
      });
      decided = { ...base, sign };
    }
  }
}

/** An export without due dates needs the terms that were agreed; where it has them, or only ages, nobody is asked. */
export async function askTerms(
  { ask }: Pick<Prompts, "ask">,
  profile: Profile | null,
): Promise<string | null> {
  const { columns, buckets } = profile ?? {};
  if (columns === undefined || "due" in columns || buckets !== undefined) return null;
  const given = await ask(
    "L’export n’a pas d’échéances\u00a0: délai de paiement\u00a0? · No due dates: which payment terms?",
    "30d · 45d end-of-month · end-of-month 45d",
    (text) => (parseTerms(text) === null ? "30d, 45d end-of-month, end-of-month 45d" : undefined),
  );
  return given === "" ? null : given;
}

/** By its header where that is clear, else by its number. */
function nameOf({ columns }: Understanding, at: number): string | number {
  const header = columns[at - 1]?.header ?? "";
  return header === "" || columns.filter((each) => each.header === header).length > 1 ? at : header;
}
