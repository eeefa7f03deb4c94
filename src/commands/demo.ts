import { cpSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { parseDay } from "../core/day.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import { importContacts } from "./contacts.ts";
import { importBalance } from "./import.ts";
import { run } from "./run.ts";

interface Stop {
  readonly company: string;
  readonly day: string;
  readonly words: string;
  readonly work: (context: Context, folder: string) => Promise<Outcome>;
}

/** The way that an accountant would go, four weeks long; then two neighbours with other shapes of export. */
const WAY: readonly Stop[] = [
  {
    company: ".",
    day: "2026-11-20",
    words: "dunning import contacts contacts.csv",
    work: (context, folder) => importContacts(context, join(folder, "contacts.csv"), {}),
  },
  balance(".", "2026-11-20", "balance-agee-2026-11-20.csv"),
  running(".", "2026-11-20"),
  balance(".", "2026-11-27", "balance-agee-2026-11-27.csv"),
  running(".", "2026-11-27"),
  running(".", "2026-12-03"),
  balance(".", "2026-12-11", "balance-agee-2026-12-11.csv"),
  {
    company: ".",
    day: "2026-12-14",
    words: "dunning run --dry-run --preview preview",
    work: (context, folder) => run(silent(context), { dryRun: true, preview: join(folder, "preview") }),
  },
  running(".", "2026-12-14"),
  balance("brasserie-tournelune", "2026-11-20", "balance-agee-lignes-2026-11-20.csv"),
  running("brasserie-tournelune", "2026-11-20"),
  {
    company: "paysages-clairvigne",
    day: "2026-11-20",
    words: "dunning import contacts contacts.csv",
    work: (context, folder) => importContacts(context, join(folder, "contacts.csv"), {}),
  },
  balance("paysages-clairvigne", "2026-11-20", "balance-agee-synthese-2026-11-20.csv"),
  running("paysages-clairvigne", "2026-11-20"),
];

function balance(company: string, day: string, file: string): Stop {
  const work: Stop["work"] = (context, folder) => importBalance(context, [join(folder, file)], {});
  return { company, day, words: `dunning import ${file}`, work };
}

/** The tables of a dry run would fill the screen; the page shows the same. */
const silent = (context: Context): Context => ({ ...context, out: { ...context.out, say: () => undefined } });

function running(company: string, day: string): Stop {
  return { company, day, words: "dunning run", work: (context) => run(context, {}) };
}

function targetFolder(context: Context, into: string | undefined): string {
  if (into === undefined) return mkdtempSync(join(tmpdir(), "dunning-demo-"));
  const folder = resolve(context.cwd, into);
  if (existsSync(folder)) {
    throw new Failure(EXIT.cannotCreate, {
      code: "folder-exists",
      where: { file: into },
      message: "the demo makes its own folder and overwrites nothing",
      expected: "a folder that does not exist yet",
      fix: "dunning demo",
    });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** `dunning demo`: import, run, look, on the shipped fixtures; the company folder stays for a look around. */
export async function demo(context: Context, options: { into?: string }): Promise<Outcome> {
  const { out } = context;
  const folder = targetFolder(context, options.into);
  const shipped = join(context.home, "fixtures", "demo");
  // The generator is for those who work on the demo, not for those who look at it.
  cpSync(shipped, folder, {
    recursive: true,
    filter: (path) => !/generator|\.mjs$|\.git/.test(relative(shipped, path)),
  });
  const stops: Record<string, unknown>[] = [];
  for (const stop of WAY) {
    const company = join(folder, stop.company);
    const at = stop.company === "." ? "" : `-C ${stop.company} `;
    const words = stop.words.replace("dunning ", `dunning ${at}--as-of ${stop.day} `);
    out.say(`\n${out.paint("bold", `$ ${words}`)}`);
    const globals = {
      ...context.globals,
      dir: company,
      asOf: parseDay(stop.day) as Day,
      yes: true,
      noInput: true,
    };
    const outcome = await stop.work({ ...context, globals }, company);
    stops.push({ command: words, exit: outcome.exit });
  }
  const look = {
    preview: join(folder, "preview", "index.html"),
    drafts: join(folder, "drafts"),
    letters: join(folder, "letters"),
    folder,
  };
  out.say(
    [
      "",
      out.paint("bold", "Where to look"),
      `  every message and letter in one page   ${look.preview}`,
      `  e-mails, one .eml each                 ${look.drafts}`,
      `  letters and the print files            ${look.letters}`,
      "",
      "Then ask it why:",
      `  cd ${folder}`,
      "  dunning --as-of 2026-12-14 status",
      "  dunning --as-of 2026-12-14 debtors",
      "  dunning --as-of 2026-12-14 explain 00044",
    ].join("\n"),
  );
  return { exit: EXIT.done, document: { folder, look, steps: stops } };
}
