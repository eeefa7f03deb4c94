import { isCurrency } from "./scalars.ts";
import type { Path } from "./yaml.ts";

/**
 * The parts of a configuration that refer to one another, taken from whatever the file holds: what has the wrong type
 * is missing here. So that rules across keys are checked beside the schema's, not only once that is content.
 */
export interface Outline {
  readonly segments: readonly SegmentOutline[] | null;
  readonly scenarios: readonly ScenarioOutline[];
  readonly campaigns: readonly CampaignOutline[];
  readonly confirmations: StepOutline["templates"];
  readonly senders: readonly string[];
  readonly profiles: readonly string[];
  readonly profile: string | null;
  readonly company: {
    /** The currency of the books, null where it is none. */
    readonly currency: string | null;
    readonly currencies: readonly string[] | null;
    readonly language: string | null;
    readonly logo: string | null;
    readonly country: string | null;
  };
  readonly letterhead: string | null;
  readonly manifest: string | null;
  readonly calendar: { readonly country: string | null; readonly region: string | null };
  readonly mail: {
    readonly transport: string | null;
    readonly smtp: boolean;
    /** Files that must be there, by where they are named. */
    readonly files: readonly (readonly [Path, string | null])[];
  };
}
export interface SegmentOutline {
  readonly path: Path;
  readonly name: string | null;
  readonly when: string | null;
  readonly scenario: string | null;
}
export interface CampaignOutline {
  readonly path: Path;
  readonly when: string | null;
  readonly templates: StepOutline["templates"];
  readonly from: string | null;
  readonly until: string | null;
}
export interface ScenarioOutline {
  readonly path: Path;
  readonly name: string;
  readonly steps: readonly StepOutline[];
}
export interface StepOutline {
  readonly path: Path;
  readonly id: string | null;
  readonly level: number | null;
  readonly day: number | null;
  readonly channel: string | null;
  readonly templates: readonly { readonly path: Path; readonly name: string }[];
  readonly hasTemplate: boolean;
  readonly when: string | null;
  readonly timeout: boolean;
  readonly fallback: string | null;
  readonly finalWarning: boolean;
  readonly formalNotice: boolean;
  readonly senders: readonly { readonly path: Path; readonly name: string }[];
}

type Keys = Readonly<Record<string, unknown>>;
const keys = (value: unknown): Keys =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Keys) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const rule = (value: unknown): string | null => (typeof value === "boolean" ? String(value) : text(value));

function currencyOf(value: unknown): string | null {
  if (value === undefined) return "EUR";
  return typeof value === "string" && isCurrency(value) ? value : null;
}

/** One name, or a list of them. */
function namesIn(value: unknown, path: Path): { path: Path; name: string }[] {
  const one = text(value);
  if (one !== null) return [{ path, name: one }];
  return list(value).flatMap((each, at) =>
    typeof each === "string" ? [{ path: [...path, at], name: each }] : [],
  );
}

function stepOutline(value: unknown, path: Path): StepOutline {
  const step = keys(value);
  const template = step["template"];
  return {
    path,
    id: text(step["id"]),
    level: number(step["level"]),
    day: number(step["day"]),
    channel: text(step["channel"]),
    templates: namesIn(template, [...path, "template"]),
    hasTemplate: template != null,
    when: rule(step["when"]),
    timeout: step["timeout"] != null,
    fallback: text(step["fallback"]),
    finalWarning: step["final_warning"] === true,
    formalNotice: step["formal_notice"] === true,
    senders: namesIn(step["sender"], [...path, "sender"]),
  };
}

function serverFiles(name: string, server: Readonly<Record<string, unknown>>): [Path, string | null][] {
  const paths = [["password_file"], ["authority_file"], ["oauth2", "token_file"], ["dkim", "key_file"]];
  return paths.map((path) => {
    const section = path.slice(0, -1).reduce((at, part) => keys(at[part]), server);
    return [["email", name, ...path], text(section[path.at(-1) ?? ""])];
  });
}

/** Takes the outline of whatever was read. Never throws. */
export function outlineOf(value: unknown): Outline {
  const root = keys(value);
  const company = keys(root["company"]);
  const mail = keys(root["email"]);
  const smtp = keys(mail["smtp"]);
  const segments = list(root["segments"]).map((each, at) => {
    const segment = keys(each);
    return {
      path: ["segments", at],
      name: text(segment["name"]),
      when: rule(segment["when"]),
      scenario: text(segment["scenario"]),
    };
  });
  const scenarios = Object.entries(keys(root["scenarios"])).map(([name, each]) => ({
    path: ["scenarios", name],
    name,
    steps: list(keys(each)["steps"]).map((step, at) => stepOutline(step, ["scenarios", name, "steps", at])),
  }));
  return {
    segments: segments.length === 0 ? null : segments,
    scenarios,
    campaigns: Object.entries(keys(root["campaigns"])).map(([name, each]) => {
      const campaign = keys(each);
      const path = ["campaigns", name];
      return {
        path,
        when: rule(campaign["when"]),
        templates: namesIn(campaign["template"], [...path, "template"]),
        from: text(campaign["from"]),
        until: text(campaign["until"]),
      };
    }),
    confirmations: Object.entries(keys(root["confirmations"])).flatMap(([name, each]) =>
      namesIn(each, ["confirmations", name]),
    ),
    senders: Object.keys(keys(mail["senders"])),
    profiles: Object.keys(keys(root["profiles"])),
    profile: text(keys(root["import"])["profile"]),
    company: {
      currency: currencyOf(company["currency"]),
      currencies: company["accounts"] === undefined ? null : Object.keys(keys(company["accounts"])),
      language: text(company["language"]),
      logo: text(company["logo"]),
      country: text(company["country"]),
    },
    letterhead: text(keys(root["letters"])["letterhead"]),
    manifest: text(keys(root["invoices"])["manifest"]),
    calendar: {
      country: text(keys(root["calendar"])["country"]),
      region: text(keys(root["calendar"])["region"]),
    },
    mail: {
      transport: text(mail["transport"]),
      smtp: smtp["host"] != null || smtp["preset"] != null,
      files: [
        // While messages are drafts, the mail server's files need not be there.
        ...(mail["transport"] === "smtp" ? serverFiles("smtp", smtp) : []),
        ...serverFiles("imap", keys(mail["imap"])),
      ],
    },
  };
}
