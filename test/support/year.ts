import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addDays, weekday } from "../../src/core/day.ts";
import type { Day } from "../../src/core/types.ts";
import { openDatabase } from "../../src/store/database.ts";
import { inFolder, type Ran } from "./company.ts";
import { csv, type Invoice, randomOf, SETTINGS, START, yaml } from "./year-books.ts";
import { look } from "./year-checks.ts";

/**
 * A company over many days, through the real commands and the real store: invoices, payments whole and in part, credits,
 * promises, disputes, holds, calls, approvals; exports that are late, missing, cut off, doubled, old or foreign; edits of the
 * configuration. After each run everything that must hold is looked at. Everything comes from one seed.
 */
export interface YearOptions {
  readonly seed: number;
  readonly debtors: number;
  readonly days: number;
}

export interface YearResult {
  readonly messages: number;
  readonly imports: number;
  readonly held: number;
  readonly refused: number;
  /** What must hold and did not; the first ones. */
  readonly broken: readonly string[];
}

export class Year {
  readonly #folder = mkdtempSync(join(tmpdir(), "dunning-year-"));
  readonly #random: () => number;
  readonly #options: YearOptions;
  readonly #invoices: Invoice[] = [];
  readonly #broken: string[] = [];
  /** As the newest accepted balance shows it: document -> open amount. */
  #seen = new Map<string, number>();
  #numbers = 0;
  #second = 0;
  #cap = 5;
  #counts = { messages: 0, imports: 0, held: 0, refused: 0 };

  constructor(options: YearOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed);
  }

  async run(): Promise<YearResult> {
    try {
      await this.#begin();
      for (let day = 0; day < this.#options.days && this.#broken.length < 5; day++)
        await this.#day(addDays(START, day));
      return { ...this.#counts, broken: this.#broken };
    } finally {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }
  async #command(day: Day, ...words: readonly string[]): Promise<Ran> {
    // One command a second from eight o'clock on: what was settled before is told from what came after.
    this.#second += 1;
    const time = new Date(Date.parse(`${day}T08:00:00Z`) + (this.#second % 30_000) * 1000).toISOString();
    const ran = await inFolder(this.#folder, time, ["--as-of", day, ...words, "--json"]);
    // 1 is a bug, 5 a damaged store: never, whatever was done.
    if (ran.exit === 1 || ran.exit === 5)
      this.#fail(day, `${words.join(" ")} ended with ${ran.exit}: ${ran.stdout.slice(0, 400)}`);
    return ran;
  }
  #fail(day: Day, what: string): void {
    this.#broken.push(`seed ${this.#options.seed}, ${day}: ${what}`);
  }

  async #begin(): Promise<void> {
    writeFileSync(join(this.#folder, "dunning.yaml"), yaml(SETTINGS[0]!));
    const contacts = Array.from({ length: this.#options.debtors }, (_, at) => {
      const mail = at % 7 === 3 ? "" : `compta@client${at}.example`;
      const street = at % 11 === 5 ? "" : `${at} rue des Essais`;
      return `${this.#code(at)};${mail};${street};${street === "" ? "" : "69003"};${street === "" ? "" : "Lyon"}`;
    });
    writeFileSync(
      join(this.#folder, "contacts.csv"),
      `Code client;E-mail;Adresse;Code postal;Ville\n${contacts.join("\n")}\n`,
    );
    for (let at = 0; at < this.#options.debtors; at++) {
      const count = Math.floor(this.#random() * 4);
      for (let n = 0; n < count; n++) this.#invoice(at, addDays(START, -Math.floor(this.#random() * 120)));
    }
    await this.#import(START, csv(this.#open(), START));
    await this.#command(START, "import", "contacts", "contacts.csv");
  }

  #code(at: number): string {
    return `C${String(at).padStart(4, "0")}`;
  }

  /** Payers differ: most pay a little late, some very late, a few never by themselves. */
  #invoice(debtor: number, issued: Day): void {
    this.#numbers += 1;
    const due = addDays(issued, 30);
    const habit = debtor % 10;
    const late = habit < 5 ? this.#random() * 8 - 3 : habit < 8 ? 10 + this.#random() * 50 : null;
    this.#invoices.push({
      debtor: this.#code(debtor),
      number: this.#chance(0.02) ? `F-${this.#numbers % 50}` : `F-${this.#numbers}`,
      issued,
      due,
      open: Math.round(1500 + this.#random() ** 3 * 600_000),
      pays: late === null ? null : addDays(due, Math.round(late)),
    });
  }
  #credit(debtor: number, day: Day): void {
    this.#numbers += 1;
    const open = -Math.round(500 + this.#random() * 60_000);
    this.#invoices.push({
      debtor: this.#code(debtor),
      number: `A-${this.#numbers}`,
      issued: day,
      due: day,
      open,
      pays: addDays(day, 20),
    });
  }
  #open(): Invoice[] {
    return this.#invoices.filter(({ open }) => open !== 0);
  }

  async #day(day: Day): Promise<void> {
    this.#second = 0;
    this.#live(day);
    if (this.#chance(0.01)) {
      const settings = this.#pick(SETTINGS);
      this.#cap = Math.max(this.#cap, Number.parseInt(settings.cap, 10));
      writeFileSync(join(this.#folder, "dunning.yaml"), yaml(settings));
    }
    const working = weekday(day) <= 5;
    // Exports come on Mondays and Thursdays, now and then late or not at all.
    if ((weekday(day) === 1 || weekday(day) === 4) && !this.#chance(0.08)) await this.#export(day);
    if (working) await this.#people(day);
    if (working || this.#chance(0.2)) await this.#runAndLook(day);
  }

  /** What the world does without us. */
  #live(day: Day): void {
    const { debtors } = this.#options;
    for (let at = 0; at < debtors; at++) {
      if (this.#chance(0.02)) this.#invoice(at, day);
      if (this.#chance(0.001)) this.#credit(at, day);
    }
    for (const invoice of this.#open()) {
      if (invoice.open > 0 && invoice.pays !== null && invoice.pays <= day)
        invoice.open = this.#chance(0.06) && invoice.open > 2 ? Math.floor(invoice.open / 2) : 0;
      else if (invoice.open > 0 && this.#chance(0.002)) invoice.open = 0;
      else if (invoice.open < 0 && invoice.pays !== null && invoice.pays <= day) invoice.open = 0;
    }
  }

  async #export(day: Day): Promise<void> {
    const good = csv(this.#open(), day);
    const wrong = this.#random();
    if (wrong < 0.05) {
      // Cut off somewhere: waits, is refused, or rejects rows; never settles what it does not show.
      await this.#import(day, good.slice(0, Math.floor(good.length * (0.3 + this.#random() * 0.6))), true);
    } else if (wrong < 0.08) await this.#import(day, csv(this.#open(), addDays(day, -40)), true);
    else if (wrong < 0.1) await this.#import(day, good.replaceAll(/C(\d{4})/g, "X$1"), true);
    if (wrong < 0.1 && this.#chance(0.3)) return;
    await this.#import(day, good);
    if (this.#chance(0.1)) await this.#import(day, good);
  }

  async #import(day: Day, text: string, wrong = false): Promise<void> {
    const file = wrong ? "wrong.csv" : "balance.csv";
    writeFileSync(join(this.#folder, file), text);
    const { exit, json } = await this.#command(day, "import", file);
    const { state } = (json["import"] ?? {}) as { state?: string };
    if (state === "held") this.#counts.held += 1;
    if (exit === 65) this.#counts.refused += 1;
    if (wrong) {
      if (state === "accepted" && exit === 0) this.#fail(day, "a damaged export was taken without a word");
      if (state === "accepted") this.#see();
      return;
    }
    if (state === "held") {
      const { id } = json["import"] as { id: number };
      await this.#command(day, "import", "accept", String(id));
    } else if (exit !== 0 && exit !== 3)
      this.#fail(day, `a good export ended with ${exit}: ${JSON.stringify(json["error"])}`);
    this.#counts.imports += 1;
    this.#see();
    const shown = [...this.#seen.values()].reduce((sum, open) => sum + open, 0);
    const real = this.#open().reduce((sum, { open }) => sum + open, 0);
    if (shown !== real) this.#fail(day, `the store holds ${shown}, the books ${real}`);
  }

  /** What the store believes is open. */
  #see(): void {
    const db = openDatabase(join(this.#folder, "dunning.db"), "read");
    const rows = db
      .prepare<[], { key: string; open: number }>(
        "SELECT i.key || '' AS key, i.open FROM item i WHERE i.state = 'open'",
      )
      .all();
    this.#seen = new Map(rows.map(({ key, open }) => [key, open]));
    db.close();
  }

  /** Calls are logged, approvals decided, promises given, disputes opened; some of it, some days. */
  async #people(day: Day): Promise<void> {
    if (this.#chance(0.4)) {
      const { json } = await this.#command(day, "worklist");
      for (const { id, kind, debtor } of (
        (json["tasks"] ?? []) as { id: string; kind: string; debtor: string }[]
      ).slice(0, 4)) {
        if (kind === "approval" || kind === "own-side")
          await this.#command(
            day,
            ...(this.#chance(0.8) ? ["approve", id] : ["reject", id, "--reason", "no"]),
          );
        else if (kind === "call")
          await this.#command(
            day,
            "log",
            "call",
            debtor,
            "--outcome",
            this.#pick(["reached", "no-answer"]),
            "--next",
            "call",
            "--next-date",
            addDays(day, 9),
          );
        else if (kind === "declare-claim") await this.#command(day, "worklist", "done", id);
      }
    }
    const late = this.#open().filter(({ open, due }) => open > 0 && due < day);
    const invoice = late.length === 0 ? null : this.#pick(late);
    if (invoice === null) return;
    const what = this.#random();
    const named = ["--invoice", invoice.number];
    if (what < 0.12) {
      const date = addDays(day, 2 + Math.floor(this.#random() * 12));
      const { exit } = await this.#command(
        day,
        "promise",
        "add",
        invoice.debtor,
        "--date",
        date,
        "--amount",
        (invoice.open / 100).toFixed(2),
        ...named,
      );
      if (exit === 0 && this.#chance(0.6)) invoice.pays = addDays(date, this.#chance(0.7) ? 0 : 3);
    } else if (what < 0.18)
      await this.#command(
        day,
        "dispute",
        "open",
        invoice.debtor,
        ...named,
        "--reason",
        "quality",
        ...(this.#chance(0.5) ? ["--amount", "5.00"] : []),
      );
    else if (what < 0.22)
      await this.#command(day, "hold", "set", invoice.debtor, "--reason", "asks", "--until", addDays(day, 6));
    else if (what < 0.26) {
      const { json } = await this.#command(day, "dispute", "list");
      const [first] = (json["disputes"] ?? []) as { id: string }[];
      if (first !== undefined)
        await this.#command(
          day,
          "dispute",
          "close",
          first.id,
          "--outcome",
          this.#pick(["accepted", "rejected"]),
        );
    } else if (what < 0.27) await this.#command(day, "debtor", "set", invoice.debtor, "insolvent=true");
  }

  async #runAndLook(day: Day): Promise<void> {
    const planned = await this.#command(day, "run", "--dry-run");
    const ran = await this.#command(day, "run");
    if (planned.json["planHash"] !== ran.json["planHash"])
      this.#fail(day, "the dry run showed another plan than the run");
    const again = await this.#command(day, "run", "--dry-run");
    const left = ((again.json["actions"] ?? []) as { state: string; debtor: string; step: string }[]).filter(
      ({ state }) => state === "due",
    );
    if (left.length > 0)
      this.#fail(day, `a second run on the same day would send ${left[0]?.step} to ${left[0]?.debtor}`);
    look(join(this.#folder, "dunning.db"), day, ran, {
      seen: this.#seen,
      cap: this.#cap,
      fail: (what) => this.#fail(day, what),
      sent: (messages) => {
        this.#counts.messages += messages;
      },
    });
  }
}
