import type { Config } from "./schema.ts";

export interface MailProvider {
  readonly host: string;
  readonly port: number;
  readonly encryption: "tls" | "starttls";
  /** E-mails of one mailbox; null: no limit is known. */
  readonly perMinute: number | null;
  readonly perHour: number | null;
  readonly perDay: number | null;
}

/** What providers say of sending over SMTP with a mailbox of theirs, as of November 2026. Theirs count where ours are higher. */
export const MAIL_PROVIDERS = {
  microsoft365: {
    host: "smtp.office365.com",
    port: 587,
    encryption: "starttls",
    perMinute: 30,
    perHour: null,
    perDay: 10_000,
  },
  gmail: {
    host: "smtp.gmail.com",
    port: 465,
    encryption: "tls",
    perMinute: null,
    perHour: null,
    perDay: 500,
  },
  workspace: {
    host: "smtp.gmail.com",
    port: 465,
    encryption: "tls",
    perMinute: null,
    perHour: null,
    perDay: 2000,
  },
  ovh: { host: "ssl0.ovh.net", port: 465, encryption: "tls", perMinute: null, perHour: 200, perDay: null },
} as const satisfies Record<string, MailProvider>;

export type MailProviderName = keyof typeof MAIL_PROVIDERS;
export const PROVIDER_NAMES = Object.keys(MAIL_PROVIDERS) as [MailProviderName, ...MailProviderName[]];

const providerOf = (name: MailProviderName | null | undefined): MailProvider | null =>
  name == null ? null : MAIL_PROVIDERS[name];

/** The mail server of the configuration; null: none, or neither a host nor a provider is named. */
export function mailServerOf({
  email: { smtp },
}: Config):
  | (Pick<MailProvider, "host" | "port"> & { encryption: "tls" | "starttls" | "none" | null })
  | null {
  const provider = providerOf(smtp?.preset);
  const host = smtp?.host ?? provider?.host ?? null;
  if (smtp === null || host === null) return null;
  // Another host than the provider's own, such as a relay: the provider's port may be the wrong one.
  const own = provider !== null && host === provider.host ? provider : null;
  return {
    host,
    port: smtp.port ?? own?.port ?? 587,
    encryption: smtp.encryption ?? (smtp.port === null ? (own?.encryption ?? null) : null),
  };
}

/** The limits that count: the lower one of ours and the provider's. Infinity: none. */
export function mailLimitsOf({ email: { smtp }, limits }: Config): {
  readonly perMinute: number;
  readonly perHour: number;
  readonly perDay: number;
  readonly perDomain: number;
} {
  const provider = providerOf(smtp?.preset);
  const lower = (own: number | null, theirs: number | null | undefined): number =>
    Math.min(own ?? Number.POSITIVE_INFINITY, theirs ?? Number.POSITIVE_INFINITY);
  return {
    perMinute: lower(limits.per_minute, provider?.perMinute),
    perHour: lower(limits.per_hour, provider?.perHour),
    perDay: lower(limits.per_day, provider?.perDay),
    perDomain: lower(limits.per_domain, null),
  };
}
