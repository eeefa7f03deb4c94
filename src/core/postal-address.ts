import { cleanLine } from "./clean-line.ts";

/** What the carriers ask of an address; nothing is rewritten, a person mends the master data. */

interface Custom {
  readonly postcode: RegExp;
  readonly example: string;
  /** Characters of a line; null: as the window has it. */
  readonly width: number | null;
  /** Sorting machines read lines without punctuation. */
  readonly bare: boolean;
}

/** France: NF Z 10-011; Belgium: bpost's "correct addressing"; the others: the form of the postcode. */
const CUSTOMS: Readonly<Record<string, Custom>> = {
  FR: { postcode: /^\d{5}$/, example: "69003", width: 38, bare: true },
  BE: { postcode: /^\d{4}$/, example: "1000", width: 40, bare: true },
  LU: { postcode: /^(?:L-?)?\d{4}$/, example: "1234", width: null, bare: false },
  NL: { postcode: /^\d{4} ?[A-Z]{2}$/, example: "1234 AB", width: null, bare: false },
  DE: { postcode: /^\d{5}$/, example: "10115", width: null, bare: false },
  AT: { postcode: /^\d{4}$/, example: "1010", width: null, bare: false },
  CH: { postcode: /^\d{4}$/, example: "1201", width: null, bare: false },
  LI: { postcode: /^\d{4}$/, example: "9490", width: null, bare: false },
  IT: { postcode: /^\d{5}$/, example: "00100", width: null, bare: false },
  GB: { postcode: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/, example: "SW1A 1AA", width: null, bare: false },
  ES: { postcode: /^\d{5}$/, example: "28001", width: null, bare: false },
};
const LINES = 6;

export interface WrittenAddress {
  /** As on the envelope, the country last where it is abroad. */
  readonly lines: readonly string[];
  /** ISO 3166 of the place. */
  readonly country: string;
  readonly abroad: boolean;
  readonly postcode: string | null;
  /** Name and town, as in the master data: who is to open it is our own line. */
  readonly name: string;
  readonly town: string;
  /** Street lines, as in the master data. */
  readonly street: readonly string[];
}

const short = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 57)}...`);

/** What a carrier would stumble over, as phrases. */
export function addressFaults(address: WrittenAddress): string[] {
  const { lines, country, abroad } = address;
  const [name = "", town = "", postcode = "", ...street] = [
    address.name,
    address.town,
    address.postcode ?? "",
    ...address.street,
  ].map(cleanLine);
  const faults: string[] = [];
  const most = abroad ? LINES + 1 : LINES;
  if (lines.length > most) faults.push(`${lines.length} lines, at most ${most}`);
  const custom = CUSTOMS[country];
  if (custom === undefined) return faults;
  if (postcode !== "" && !custom.postcode.test(postcode.toUpperCase()))
    faults.push(`postcode "${short(postcode)}", in ${country} such as ${custom.example}`);
  const { width } = custom;
  for (const line of [name, ...street, town]) {
    const { length } = Array.from(line);
    if (width !== null && length > width)
      faults.push(`"${short(line)}" has ${length} characters, at most ${width}`);
  }
  const punctuated = street.find((line) => /[,;:!?"()]/.test(line));
  if (custom.bare && punctuated !== undefined) faults.push(`punctuation in "${short(punctuated)}"`);
  return faults;
}
