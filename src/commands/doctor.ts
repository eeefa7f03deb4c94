import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkConfig, type Loaded } from "../config/config.ts";
import type { Context, Outcome, Output } from "../context.ts";
import { broken, type Check, exitOfChecks, type Health, ok, warn } from "../core/health.ts";
import { type AskText, nameService } from "../delivery/name-service.ts";
import { EXIT, Failure, type Problem } from "../problem.ts";
import { openStore, type Store } from "../store/store.ts";
import { type Company, dayIn } from "./company.ts";
import { backupCheck, diskChecks, modesCheck, writableCheck } from "./doctor-folder.ts";
import { mailChecks, transportChecks } from "./doctor-mail.ts";
import { asCheck, engineChecks, journalCheck, lockCheck, storeChecks } from "./doctor-store.ts";
import { workChecks } from "./doctor-work.ts";
import { goneStore, withWayBack } from "./way-back.ts";

export interface DoctorOptions {
  readonly offline?: boolean;
}

const counted = (errors: number): string => (errors === 1 ? "1 error" : `${errors} errors`);

/** Configuration and texts, as `check` sees them. */
async function configChecks(context: Context): Promise<{ checks: Check[]; loaded: Loaded | null }> {
  const { globals, home } = context;
  const { profileFaults } = await import("../intake/profile.ts");
  const { checkTemplates } = await import("../render/template-check.ts");
  const { findings, loaded } = checkConfig(globals.dir, { home, lint: true, profileFaults });
  const missing = findings.find(({ code }) => code === "config-missing");
  if (missing !== undefined) throw new Failure(EXIT.missing, missing);
  const errors = findings.filter(({ severity }) => severity === "error");
  const notes = findings.length - errors.length;
  const texts = checkTemplates(home, globals.dir);
  const place = ({ where, message }: Problem): string =>
    `${where?.file ?? "dunning.yaml"}${where?.line === undefined ? "" : `:${where.line}`}: ${message}`;
  const [error] = errors;
  const [text] = texts;
  const config =
    error !== undefined
      ? broken("configuration", 78, `${counted(errors.length)}; the first: ${place(error)}`, "dunning check")
      : notes > 0
        ? warn("configuration", `it can be used, with ${notes} remarks`, "dunning check")
        : ok("configuration", "it is in order");
  const written =
    text !== undefined
      ? broken("texts", 78, `${counted(texts.length)}; the first: ${place(text)}`, "dunning check")
      : ok("texts", "they are in order");
  return { checks: [config, written], loaded };
}

/** The store, opened to read; or what keeps it from being opened. */
function openedStore(context: Context): Store | Check {
  const file = join(context.globals.dir, "dunning.db");
  const gone = goneStore(context.globals.dir);
  if (gone !== null) return asCheck("store", gone, 5);
  if (!existsSync(file)) return warn("store", "there is no store yet", "dunning import FILE");
  try {
    return openStore(file, { mode: "read", now: context.now });
  } catch (error) {
    if (error instanceof Failure && error.problems[0].code === "store-older")
      return warn("store", error.problems[0].message, error.problems[0].fix ?? "dunning run");
    return asCheck("store", withWayBack(context.globals.dir, error), 5);
  }
}

/**
 * `dunning doctor`: everything that must be right for reminders to leave, and what to do where it is not. Reads only, and
 * sends no message. Ends with 0 where nothing fails, else with the code of the gravest failure.
 */
export async function doctor(
  context: Context,
  { offline = false }: DoctorOptions,
  ask: AskText = nameService(),
): Promise<Outcome> {
  const { globals, now } = context;
  const folder = globals.dir;
  const { checks: inConfig, loaded } = await configChecks(context);
  const wall = dayIn(loaded?.config.company.timezone ?? "UTC", now());
  const today = globals.asOf ?? wall;
  const store = openedStore(context);
  const checks: Check[] = [...engineChecks()];
  try {
    if ("state" in store) checks.push(store, journalCheck(folder, null));
    else {
      checks.push(...storeChecks(store, now()));
      checks.push(journalCheck(folder, store.outbox.journalSeq()));
    }
    checks.push(
      lockCheck(folder),
      writableCheck(folder),
      modesCheck(folder, loaded?.config.letters.folder ?? "letters"),
      ...diskChecks(folder),
      backupCheck(folder, loaded?.config.backups.keep ?? 1, wall),
      ...inConfig,
    );
    if (loaded !== null) {
      checks.push(...transportChecks({ ...loaded, folder }, context.env));
      if (!("state" in store)) {
        const company: Company = { ...loaded, store, today, folder, storeFile: join(folder, "dunning.db") };
        checks.push(...(await workIn(company, now())));
      }
      checks.push(...(await mailChecks(context, { ...loaded, folder }, { offline, ask })));
    }
  } finally {
    if (!("state" in store)) store.close();
  }
  return said(context, checks, { today, company: loaded?.company.name ?? null });
}

/** A store that cannot be read on says so in the checks of the store. */
async function workIn(company: Company, now: Date): Promise<readonly Check[]> {
  try {
    return workChecks(company, now);
  } catch (error) {
    return [asCheck("work", error, 5)];
  }
}

const WORDS: Readonly<Record<Health, Parameters<Output["paint"]>[0]>> = {
  ok: "good",
  warn: "warn",
  fail: "bad",
  unknown: "dim",
};

function said(
  context: Context,
  checks: readonly Check[],
  { today, company }: { readonly today: Company["today"]; readonly company: string | null },
): Outcome {
  const { out } = context;
  for (const { id, state, found, fix } of checks) {
    out.say(`${out.paint(WORDS[state], state.padEnd(8))}${id.padEnd(15)}${found}`);
    if (fix !== null) out.say(`${" ".repeat(23)}next: ${fix}`);
  }
  const counts: Record<Health, number> = { ok: 0, warn: 0, fail: 0, unknown: 0 };
  for (const { state } of checks) counts[state] += 1;
  const summary = `ok ${counts.ok}, warn ${counts.warn}, fail ${counts.fail}, not known ${counts.unknown}`;
  out.say(`\n${summary}`);
  const failed = checks.filter(({ state }) => state === "fail");
  return {
    exit: exitOfChecks(checks),
    ...(company === null ? {} : { company }),
    asOf: today,
    summary,
    because: failed.map(({ id, found, fix }) => ({
      code: "doctor-found",
      message: `${id}: ${found}`,
      ...(fix === null ? {} : { fix }),
    })),
    document: {
      checks: checks.map(({ id, state, found, fix }) => ({ id, state, found, fix })),
      counts,
    },
  };
}
