import { bare } from "./bare.ts";

/** ISO 3166-1 alpha-2, and XK as used for Kosovo. A list of our own: asking Intl for a name costs 15 ms at start. */
const CODES = `
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW`;

const COUNTRIES: ReadonlySet<string> = new Set(CODES.trim().split(/\s+/));

export const isCountry = (text: string): boolean => COUNTRIES.has(text);

let names: ReadonlyMap<string, string> | null = null;

/** ISO 3166-1 alpha-2 for a code or a name in French, Dutch, German or English; null for anything else. */
export function countryOf(text: string): string | null {
  names ??= countryNames();
  return names.get(bare(text).trim()) ?? null;
}

function countryNames(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
  const tongues = ["fr", "nl", "de", "en"].map(
    (tongue) => new Intl.DisplayNames([tongue], { type: "region", fallback: "none" }),
  );
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    // Old codes such as UK stand for today's; unions and what is kept for tests are no country.
    const current = Intl.getCanonicalLocales(`und-${code}`)[0]?.slice(4) ?? code;
    if (!isCountry(current)) continue;
    for (const tongue of tongues) {
      const name = tongue.of(code);
      if (name === undefined) continue;
      found.set(bare(name), current);
      found.set(code.toLowerCase(), current);
    }
  }
  return found;
}
