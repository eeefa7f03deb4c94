/** Numbers that states give to companies. Check digits by the rules of each country (stdnum). */

import { createRequire } from "node:module";
import type { Validator } from "stdnum/lib/cjs/types.js";

/** CommonJS, and two hundred files as a whole: only the ones that are asked for are loaded. */
const load = createRequire(import.meta.url);
const validators = new Map<string, Validator>();

/** By the first two letters of a VAT number. */
const VAT: Readonly<Record<string, string>> = {
  AT: "at/uid",
  BE: "be/vat",
  BG: "bg/vat",
  CH: "ch/uid",
  CY: "cy/vat",
  CZ: "cz/dic",
  DE: "de/vat",
  DK: "dk/cvr",
  EE: "ee/kmkr",
  EL: "gr/vat",
  ES: "es/nif",
  FI: "fi/alv",
  FR: "fr/tva",
  GB: "gb/vat",
  HR: "hr/oib",
  HU: "hu/anum",
  IE: "ie/vat",
  IT: "it/iva",
  LT: "lt/pvm",
  LU: "lu/tva",
  LV: "lv/pvn",
  MT: "mt/vat",
  NL: "nl/btw",
  PL: "pl/nip",
  PT: "pt/nif",
  RO: "ro/cui",
  SE: "se/vat",
  SI: "si/ddv",
  SK: "sk/dph",
};

function isRight(name: string, text: string): boolean {
  let validator = validators.get(name);
  if (validator === undefined) {
    const module = load(`stdnum/lib/cjs/${name}.js`) as { readonly default?: Validator } & Validator;
    validator = module.default ?? module;
    validators.set(name, validator);
  }
  return validator.validate(text).isValid;
}

const compact = (text: string): string => text.replace(/[\s.\-/_]+/g, "").toUpperCase();

/** Without spaces and dots; undefined where its check digits are wrong. Of unknown countries only the form is looked at. */
export function vatNumber(text: string): string | undefined {
  const number = compact(text);
  if (!/^(?=.*\d)[A-Z0-9+*]{4,20}$/.test(number)) return undefined;
  const validator = VAT[number.slice(0, 2)];
  return validator === undefined || isRight(validator, number) ? number : undefined;
}

/** SIREN (9 digits), SIRET (14) and Belgian enterprise numbers (10) are checked; others are kept as they are written. */
export function registrationNumber(text: string): string | undefined {
  const number = compact(text);
  if (!/\d/.test(number) || text.trim().length > 40) return undefined;
  if (/^\d{9}$/.test(number)) return isRight("fr/siren", number) ? number : undefined;
  if (/^\d{14}$/.test(number)) return isRight("fr/siret", number) ? number : undefined;
  if (/^(?:BE)?[01]\d{9}$/.test(number))
    return isRight("be/vat", number) ? number.replace("BE", "") : undefined;
  return text.replace(/\s+/g, " ").trim();
}
