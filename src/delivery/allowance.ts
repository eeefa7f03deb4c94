import type { Day } from "../core/types.ts";

/** How many e-mails may leave over SMTP: limits of the user, and of the provider. Infinity: no limit. */
export interface Pace {
  readonly perMinute: number;
  /** In any sixty minutes, those of earlier runs too; the rest waits for the next run. */
  readonly perHour: number;
  /** The rest of a day waits for the next one. */
  readonly perDay: number;
  /** The same, to addresses of one domain. */
  readonly perDomain: number;
  /** Milliseconds that one run may spend with the mail server, waiting for its own pace aside. */
  readonly total: number;
}

/** An e-mail that has left, or may have. */
export interface Departure {
  readonly recipient: string;
  /** ISO 8601 UTC. */
  readonly sentAt: string;
  readonly sentOn: Day;
}

export interface Allowance {
  /** Why no e-mail may leave to this address now; null: it may. */
  readonly why: (recipient: string) => string | null;
  /** Counts one that is about to leave. Returns what takes it back, where it did not. */
  readonly take: (recipient: string) => () => void;
}

export const HOUR_MS = 3_600_000;
const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

/** `left`: what left today, and in the last hour. */
export function allowance(
  { perHour, perDay, perDomain }: Pace,
  left: readonly Departure[],
  day: Day,
  now: () => Date,
): Allowance {
  let moments = left.map(({ sentAt }) => Date.parse(sentAt));
  const domains = new Map<string, number>();
  let today = 0;
  const count = (recipient: string, by: 1 | -1): void => {
    const domain = domainOf(recipient);
    today += by;
    domains.set(domain, (domains.get(domain) ?? 0) + by);
  };
  for (const { recipient, sentOn } of left) if (sentOn === day) count(recipient, 1);
  return {
    why: (recipient) => {
      if (today >= perDay) return `limits.per_day (${perDay}) is reached: it waits for tomorrow`;
      const domain = domainOf(recipient);
      if ((domains.get(domain) ?? 0) >= perDomain)
        return `limits.per_domain (${perDomain}) is reached for ${domain}: it waits for tomorrow`;
      if (perHour === Number.POSITIVE_INFINITY) return null;
      const since = now().getTime() - HOUR_MS;
      moments = moments.filter((moment) => moment > since);
      return moments.length < perHour
        ? null
        : `limits.per_hour (${perHour}) is reached: it waits for a run in an hour or less`;
    },
    take: (recipient) => {
      const moment = now().getTime();
      moments.push(moment);
      count(recipient, 1);
      return () => {
        const at = moments.lastIndexOf(moment);
        if (at >= 0) moments.splice(at, 1);
        count(recipient, -1);
      };
    },
  };
}
