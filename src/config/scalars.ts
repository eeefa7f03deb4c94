import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { electronicFormatIBAN, isValidBIC, isValidIBAN } from "ibantools";
import * as z from "zod/mini";
import { parseClosing } from "../core/calendar.ts";
import { isCountry } from "../core/country.ts";
import { parseDay } from "../core/day.ts";
import { LINK_WORDS } from "../core/payment.ts";
import { parseRate, type Rate } from "../core/rates.ts";
import type { Day } from "../core/types.ts";

/**
 * The single values of dunning.yaml. The error text of each says what was expected; `params.code` names the
 * mistake in the error catalogue.
 */
interface Kind {
  readonly code: string;
  readonly expected: string;
  /** For editors; the test decides. */
  readonly pattern?: string;
}

/** A value as the program uses it, made from what was written. */
export const turned = <T extends z.ZodMiniType, V>(of: T, into: (written: z.output<T>) => V) =>
  z.pipe(of, z.transform(into));

function checked({ code, expected, pattern }: Kind, isRight: (text: string) => boolean) {
  const schema = z
    .string({ error: expected })
    .check(z.refine(isRight, { error: expected, params: { code } }));
  if (pattern !== undefined) z.globalRegistry.add(schema, { pattern });
  return schema;
}

/** One line without control characters: it may become part of a mail header. */
export const line = (expected: string, max = 200) =>
  checked(
    { code: "bad-text", expected: `${expected} (one line, at most ${max} characters)` },
    (text) => text.trim() !== "" && text.length <= max && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text),
  );

/** Names of scenarios, segments, steps, senders, profiles, templates: they show up in files and commands. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,59}$/u;
export const name = (what: string) =>
  checked({ code: "bad-name", expected: `${what}: letters, digits, - and _, such as last-warning` }, (text) =>
    NAME.test(text),
  );

/** http or https, without a user or a password in it. */
export const url = () =>
  checked({ code: "bad-url", expected: "an address such as https://hc.example.org/ping/1f3a" }, (text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password } = new URL(text);
    return /^https?:$/.test(protocol) && username === "" && password === "";
  });

/** A file in the folder that systemd makes for a service (systemd.exec, LoadCredential=): no path. */
export const credential = () =>
  checked({ code: "bad-name", expected: "the name of a systemd credential, such as dunning-smtp" }, (text) =>
    /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(text),
  );

/** Inside the company folder, whatever the name: no way up, no place of its own. */
export const folder = () =>
  checked(
    { code: "bad-folder", expected: "a folder inside this one, such as letters or papers/letters" },
    (text) =>
      text.length <= 200 &&
      text
        .split("/")
        .every(
          (part) =>
            /^(?!\.{1,2}$)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\:*?"<>|~]{1,100}$/u.test(part) && part.trim() === part,
        ),
  );

export const flag = () => z.boolean({ error: "true or false" });

export const whole = (min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .int({ error: expected })
    .check(z.minimum(min, { error: expected }), z.maximum(max, { error: expected }));
};

export const millimetres = (min: number, max: number) => {
  const expected = `millimetres, from ${min} to ${max}`;
  return z
    .number({ error: expected })
    .check(z.minimum(min, { error: expected }), z.maximum(max, { error: expected }));
};

export const amount = () => {
  const expected = "an amount such as 1000 or 12.50, not negative";
  return z
    .number({ error: expected })
    .check(z.minimum(0, { error: expected }), z.maximum(1e9, { error: expected }));
};

/** `5d` -> 5. */
export const days = (min: number, max: number) => {
  const expected = `a number of days such as 5d, from ${min}d to ${max}d`;
  const inside = (text: string): boolean =>
    /^\d{1,4}d$/.test(text) && Number.parseInt(text, 10) >= min && Number.parseInt(text, 10) <= max;
  return turned(checked({ code: "bad-duration", expected, pattern: "^[0-9]{1,4}d$" }, inside), (text) =>
    Number.parseInt(text, 10),
  );
};

/** `30s`, `5m` -> milliseconds. */
export const patience = () => {
  const kind = {
    code: "bad-duration",
    expected: "a time such as 30s or 5m",
    pattern: "^[1-9][0-9]{0,3}[sm]$",
  };
  return turned(
    checked(kind, (text) => /^[1-9]\d{0,3}[sm]$/.test(text)),
    (text) => Number.parseInt(text, 10) * (text.endsWith("m") ? 60_000 : 1000),
  );
};

/** `30%` -> 0.3. */
export const share = () => {
  const kind = { code: "bad-percentage", expected: "a percentage such as 30%", pattern: "^[0-9]{1,3}%$" };
  return turned(
    checked(kind, (text) => /^\d{1,3}%$/.test(text) && Number.parseInt(text, 10) <= 100),
    (text) => Number.parseInt(text, 10) / 100,
  );
};

/** `12.5%` -> a yearly rate, exact. */
export const percentage = () => {
  const kind = {
    code: "bad-percentage",
    expected: "a yearly percentage such as 12% or 12.5%",
    pattern: "^[0-9]{1,2}([.,][0-9]{1,4})?%$",
  };
  return turned(
    checked(kind, (text) => new RegExp(kind.pattern).test(text)),
    (text) => parseRate(text.slice(0, -1)) as Rate,
  );
};

/** The first digits of an account of the general ledger. */
export const accountPrefix = () => {
  const pattern = "^[0-9]{2,}[0-9A-Za-z]*$";
  const expected = 'the first digits of an account in quotes, such as "411"';
  return checked({ code: "bad-account", expected, pattern }, (text) => new RegExp(pattern).test(text));
};

/** `30d`, `45d end-of-month`, `end-of-month 45d`: read by the importer. */
export const terms = () => {
  const pattern = "^([0-9]{1,3}d( end-of-month)?|end-of-month [0-9]{1,3}d)$";
  const expected = "payment terms such as 30d or 45d end-of-month";
  return checked({ code: "bad-terms", expected, pattern }, (text) => new RegExp(pattern).test(text));
};

const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** A domain name with at least one dot; accents are allowed, what URL rules would drop or unescape is not. */
const isDomain = (text: string): boolean =>
  text.length <= 253 && /^[\p{L}\p{M}\p{N}.-]+$/u.test(text) && DOMAIN.test(domainToASCII(text));

/** Exactly one address (RFC 5321 dot-atom), no display name. */
export function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(0, at));
  return local.length <= 64 && LOCAL_PART.test(local) && isDomain(text.slice(at + 1));
}
export const email = () =>
  checked(
    { code: "bad-email", expected: "one e-mail address such as compta@exemple.test, without a name" },
    isAddress,
  );
export const host = () =>
  checked(
    {
      code: "bad-host",
      expected: "the name of a server such as smtp.exemple.test, without smtp:// or a port",
    },
    (text) => isDomain(text) || isIP(text) !== 0 || /^[a-z0-9-]{1,63}$/i.test(text),
  );

/** Check digits and length of the country; spaces do not matter. */
export const isIban = (text: string): boolean => isValidIBAN(electronicFormatIBAN(text) ?? "");
export const iban = () =>
  turned(
    checked({ code: "bad-iban", expected: "an IBAN whose check digits are right" }, isIban),
    (text) => electronicFormatIBAN(text) ?? text,
  );
export const bic = () =>
  checked({ code: "bad-bic", expected: "a BIC of 8 or 11 characters such as AGRIFRPPXXX" }, (text) =>
    isValidBIC(text),
  );

/** An address whose host is fixed; what is filled in stands behind it. */
function isPaymentLink(text: string): boolean {
  const bare = text.replace(/\{(\w+)\}/g, (written, word: string) =>
    (LINK_WORDS as readonly string[]).includes(word) ? "x" : written,
  );
  if (text.length > 500 || /[{}\s\p{Cc}"'<>]/u.test(bare) || !URL.canParse(bare)) return false;
  const { protocol, origin, username } = new URL(bare);
  return protocol === "https:" && username === "" && text.startsWith(origin);
}
export const paymentLink = () =>
  checked(
    {
      code: "bad-link",
      expected: `an https address, in lower case, with none but {${LINK_WORDS.join("}, {")}} behind its host`,
    },
    isPaymentLink,
  );

export const country = () =>
  checked({ code: "bad-country", expected: "a country of two capital letters such as FR or BE" }, isCountry);
export const region = () =>
  checked({ code: "bad-region", expected: "a region such as FR-57 or BE-WAL" }, (text) =>
    /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text),
  );

export const isCurrency = (text: string): boolean =>
  /^[A-Z]{3}$/.test(text) && Intl.supportedValuesOf("currency").includes(text);
export const currency = () =>
  checked({ code: "bad-currency", expected: "a currency of three capital letters such as EUR" }, isCurrency);

/** The list first: to build a formatter costs 20 ms at start. It leaves out some older names. */
function isTimeZone(text: string): boolean {
  if (Intl.supportedValuesOf("timeZone").includes(text)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text }).format(0);
    return /\w\/\w/.test(text);
  } catch {
    return false;
  }
}
export const timeZone = () =>
  checked({ code: "bad-timezone", expected: "a time zone such as Europe/Paris" }, isTimeZone);

export const date = () =>
  turned(
    checked(
      { code: "bad-date", expected: "a date such as 2026-12-24", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
      (text) => parseDay(text) !== null,
    ),
    (text) => text as Day,
  );
export const closing = () =>
  checked(
    { code: "bad-date", expected: "a date such as 2026-12-24, or two as 2026-12-24..2027-01-01" },
    (text) => parseClosing(text) !== null,
  );
