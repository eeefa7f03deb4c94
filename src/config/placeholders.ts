import { type Finding, warning } from "./findings.ts";
import { pathText } from "./issues.ts";
import type { Path, YamlFile } from "./yaml.ts";

/** What `init` writes where nobody was asked: clearly not meant, but good enough to look at drafts. */
export interface CompanyAnswers {
  readonly name: string;
  readonly address: readonly string[];
  readonly email: string;
  readonly iban: string;
  readonly signatory: string;
  readonly role: string;
}

/** Made-up accounts from the handbooks of the banks; their check digits are right. */
const IBANS = { FR: "FR7630006000011234567890189", BE: "BE68539007547034" } as const;

export function placeholders(language: "fr" | "en", country: "FR" | "BE"): CompanyAnswers {
  const french = language === "fr";
  return {
    name: french ? "SOCIÉTÉ À COMPLÉTER" : "COMPANY TO BE COMPLETED",
    address: french
      ? ["1 rue à compléter", "00000 À COMPLÉTER"]
      : ["1 street to be completed", "00000 TO BE COMPLETED"],
    email: french ? "a-completer@example.com" : "to-be-completed@example.com",
    iban: IBANS[country],
    signatory: french ? "Nom à compléter" : "Name to be completed",
    role: french ? "Comptabilité clients" : "Accounts receivable",
  };
}

/** Warns of each made-up value that is still there. */
export function placeholderFindings(file: YamlFile): Finding[] {
  const marks = (["fr", "en"] as const).flatMap((language) => {
    const { name, address, email, signatory } = placeholders(language, "FR");
    return [name, ...address, email, signatory];
  });
  const known = new Set([...marks, ...Object.values(IBANS)]);
  const found: Finding[] = [];
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === "object" && value !== null)
      for (const [key, each] of Object.entries(value))
        visit(each, [...path, Array.isArray(value) ? Number(key) : key]);
    else if (
      typeof value === "string" &&
      known.has(path.at(-1) === "iban" ? value.replaceAll(" ", "") : value)
    )
      found.push(
        warning(file.whereValue(path), {
          code: "placeholder",
          message: `${pathText(path)} is a made-up value`,
          found: value,
          fix: "write the real one before anything leaves",
        }),
      );
  };
  const { company, email } = (file.value ?? {}) as { company?: unknown; email?: unknown };
  visit(company, ["company"]);
  visit(email, ["email"]);
  return found;
}
