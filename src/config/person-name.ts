import { bare } from "../core/bare.ts";

/** Words that name a department, a machine or a form, in four languages. */
const NOBODY =
  /(?<!\p{L})(?:service|services|compta\w*|comptabilite|accounts?|accounting|department|departement|buchhaltung|boekhouding|debiteuren\w*|debitoren\w*|administration|administratie|verwaltung|team|equipe|noreply|no-reply|info|contact|facturation|recouvrement|relances?|billing|collections?|credit|direction|secretariat|sarl|sas|sa|eurl|bv|nv|srl|gmbh|ag|ltd|llc|inc)(?!\p{L})/u;

/** Whether a name may be somebody's: two words at least, none of them a department's, and not the company itself. */
export function isPersonName(name: string, company: string): boolean {
  const plain = bare(name).trim();
  return /\p{L}\S*\s+\S*\p{L}/u.test(plain) && !NOBODY.test(plain) && plain !== bare(company).trim();
}
