import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import type { Day } from "../core/types.ts";
import { EXIT, Failure } from "../problem.ts";
import type { LetterRecord } from "../store/letters.ts";
import { table } from "../table.ts";
import { type Company, withCompany, withLockedCompany } from "./company.ts";

/** Why the post brings a letter back. `place`: the address is at fault. */
export const RETURNED = {
  unknown: { place: true, about: "not known at this address (NPAI)" },
  moved: { place: true, about: "has moved" },
  incomplete: { place: true, about: "the address is wrong or incomplete" },
  refused: { place: false, about: "a registered letter that was not accepted" },
  unclaimed: { place: false, about: "a registered letter that nobody fetched (avisé et non réclamé)" },
} as const;
export type ReturnReason = keyof typeof RETURNED;

const documentOf = (company: Company, letter: LetterRecord) => ({
  id: letter.id,
  batch: letter.batch,
  file: letter.file,
  debtor: letter.debtor,
  name: letter.name,
  step: letter.step,
  channel: letter.channel,
  state: letter.state,
  plannedOn: letter.plannedOn,
  postedOn: letter.postedOn,
  registered: letter.registered,
  cameBackOn: letter.cameBackOn,
  cameBack: letter.cameBack,
  changed: changedSince(company, letter),
});

/** A newer balance has changed what the letter says: it should not be posted any more. */
const changedSince = ({ store }: Company, { state, snapshot, debtorKey, currency }: LetterRecord): boolean =>
  state === "printed" && store.imports.changedSince(snapshot, debtorKey, currency);

function answer(company: Company, letters: readonly LetterRecord[], more: object = {}): Outcome {
  return {
    exit: EXIT.done,
    company: company.company.name,
    asOf: company.today,
    document: { letters: letters.map((each) => documentOf(company, each)), ...more },
  };
}

/** `dunning letters list`: what was printed, posted, returned; the newest batch first. */
export async function lettersList(context: Context, { batch }: { batch?: string }): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const letters = batch === undefined ? company.store.letters.all() : named(company, batch);
    if (letters.length === 0) context.out.say("There are no letters.");
    else context.out.say(listing(company, letters, context.out.width));
    return answer(company, letters);
  });
}

function listing(company: Company, letters: readonly LetterRecord[], width: number): string {
  const columns = [
    { header: "id" },
    { header: "batch", whole: true },
    { header: "debtor", whole: true },
    { header: "name", flexible: true },
    { header: "channel" },
    { header: "state" },
    { header: "posted" },
    { header: "registered", flexible: true },
  ];
  const rows = letters.map((each) => [
    each.id,
    each.batch,
    each.debtor,
    each.name,
    each.channel,
    each.state,
    each.postedOn ?? "",
    each.registered ?? "",
  ]);
  const why = letters.map((each) =>
    changedSince(company, each)
      ? `a newer balance has changed this debtor: do not post it; dunning outbox void ${each.id}`
      : (each.cameBack ?? ""),
  );
  return table(columns, rows, width, why);
}

function nothingFound(found: string): Failure {
  return new Failure(EXIT.usage, {
    code: "no-such-letter",
    message: "there is no such letter or batch of letters",
    found,
    expected: "the id of a letter, or the name of a batch (its folder)",
    fix: "dunning letters list",
  });
}

/** The letters of a batch, or the one with this id. Throws a Failure (2) where there are none. */
function named({ store }: Company, name: string): readonly LetterRecord[] {
  const bare = name.replace(/\/+$/, "").split("/").at(-1) ?? name;
  const found = store.letters.all().filter(({ id, batch }) => id === bare || batch === bare);
  if (found.length === 0) throw nothingFound(name);
  return found;
}

export interface PostedOptions {
  readonly date?: Day;
  readonly registered?: readonly (readonly [string, string])[];
  readonly registeredFile?: string;
}

interface PostedAs {
  readonly number: string;
  readonly day: Day | null;
}

/** By letter: the number of the registered letter, and the day where the list says one. */
async function numbersOf(context: Context, { registered = [], registeredFile }: PostedOptions) {
  const numbers = new Map<string, PostedAs>();
  if (registeredFile !== undefined) {
    const { readPostings } = await import("../intake/postings.ts");
    const { rows, rejected } = await readPostings(resolve(context.cwd, registeredFile));
    const [first] = rejected;
    if (first !== undefined) {
      throw new Failure(EXIT.input, {
        code: "postings-unclear",
        where: { file: registeredFile, line: first.line },
        message: `${first.column} ${first.reason}; nothing was recorded`,
        found: first.value === "" ? "an empty cell" : first.value,
        fix: first.fix,
      });
    }
    for (const { letter, number, day } of rows) numbers.set(letter, { number, day });
  }
  for (const [letter, number] of registered) numbers.set(letter, { number, day: null });
  return numbers;
}

/** `dunning letters confirm-posted BATCH`: from that day on they count, where letters.confirm_posted is true. */
export async function lettersPosted(
  context: Context,
  name: string,
  options: PostedOptions,
): Promise<Outcome> {
  const numbers = await numbersOf(context, options);
  return await withLockedCompany(context, "letters confirm-posted", "write", (company) => {
    const { store, today } = company;
    const letters = named(company, name);
    for (const id of numbers.keys()) {
      const letter = letters.find((each) => each.id === id);
      if (letter === undefined) throw nothingFound(id);
      refuseNumber(letter);
    }
    const wanted = letters.filter(
      ({ state, cameBackOn, postedOn, id }) =>
        cameBackOn === null && (state === "printed" || (postedOn !== null && numbers.has(id))),
    );
    // With its batch a letter is not taken for posted that `letters list` says not to post.
    const doubtful = wanted.filter(
      (each) => each.id !== name && !numbers.has(each.id) && changedSince(company, each),
    );
    const open = wanted.filter((each) => !doubtful.includes(each));
    const posted = store.transaction(() =>
      open.map((letter) => {
        const { number = null, day = null } = numbers.get(letter.id) ?? {};
        const on = day ?? options.date ?? letter.postedOn ?? today;
        refuseDay(company, letter, on);
        store.outbox.posted(letter.id, on, number);
        return letter.id;
      }),
    );
    const missing = letters.filter(
      ({ id, channel, registered }) =>
        posted.includes(id) && channel === "registered-letter" && registered === null && !numbers.has(id),
    );
    context.out.say(
      posted.length === 0
        ? `${name}: ${nothingPosted(letters, doubtful)}.`
        : `${posted.length} letter${posted.length === 1 ? "" : "s"} of ${name} posted: ${posted.join(", ")}.`,
    );
    if (doubtful.length > 0)
      context.out.note(
        `Left open, a newer balance has changed their debtors: ${doubtful.map(({ id }) => id).join(", ")}. Posted all the same: dunning letters confirm-posted ID. Not posted: dunning outbox void ID`,
      );
    if (missing.length > 0)
      context.out.note(
        `Without the number of their registered letter: ${missing.map(({ id }) => id).join(", ")}. To add it: dunning letters confirm-posted ID --registered ID=NUMBER`,
      );
    const now = named(company, name);
    return answer(company, now, { posted });
  });
}

function nothingPosted(letters: readonly LetterRecord[], doubtful: readonly LetterRecord[]): string {
  if (doubtful.length > 0) return "nothing recorded";
  const back = letters.filter(({ cameBackOn }) => cameBackOn !== null).length;
  return back === letters.length ? "came back, nothing changed" : "posted before, nothing changed";
}

/** A number belongs to a registered letter: on another one it was typed for the wrong letter. */
function refuseNumber({ id, channel }: LetterRecord): void {
  if (channel === "registered-letter") return;
  throw new Failure(EXIT.usage, {
    code: "not-registered",
    message: `letter ${id} is no registered letter: it has no number`,
    found: channel,
    expected: "the id of a registered letter",
    fix: "dunning letters list",
  });
}

/** Not before it was planned, not after today. */
function refuseDay(company: Company, { id, plannedOn }: LetterRecord, day: Day): void {
  if (day >= plannedOn && day <= company.today) return;
  throw new Failure(EXIT.usage, {
    code: "posting-day",
    message: `letter ${id} cannot have been posted on this day`,
    found: day,
    expected: `a day from ${plannedOn} to ${company.today}`,
    fix: "say the day with --date",
  });
}

/** `dunning letters returned ID`: the post brought it back. */
export async function lettersReturned(
  context: Context,
  id: string,
  { reason = "unknown" }: { reason?: ReturnReason },
): Promise<Outcome> {
  return await withLockedCompany(context, "letters returned", "write", (company) => {
    const { store } = company;
    const [letter] = named(company, id).filter((each) => each.id === id);
    if (letter === undefined) throw nothingFound(id);
    const { place, about } = RETURNED[reason];
    if (company.today < letter.plannedOn)
      throw new Failure(EXIT.usage, {
        code: "posting-day",
        message: `letter ${id} cannot have come back before it was printed`,
        found: company.today,
        expected: `${letter.plannedOn} or later`,
        fix: "leave --as-of out, or say the right day with it",
      });
    if (!place && letter.channel !== "registered-letter") {
      throw new Failure(EXIT.usage, {
        code: "not-registered",
        message: `letter ${id} is no registered letter: it cannot come back as ${reason}`,
        found: letter.channel,
        expected: "unknown, moved or incomplete",
        fix: `dunning letters returned ${id} --reason unknown`,
      });
    }
    const isNew = store.transaction(() => take(company, letter, reason));
    if (!isNew) context.out.say(`${id}: came back before, nothing changed.`);
    else if (place)
      context.out.say(
        `${id} came back (${about}): it counts for nothing, and no letter goes to ${letter.debtor} ${letter.name} until another address is known. To enter it: dunning debtor set ${letter.debtor} address=... postcode=... city=...`,
      );
    else
      context.out.say(
        `${id} came back (${about}): it counts all the same. Keep the unopened envelope as proof.`,
      );
    return answer(company, named(company, letter.id), { reason, changed: isNew });
  });
}

/** False: that was known. */
function take({ store, today }: Company, letter: LetterRecord, why: ReturnReason): boolean {
  if (letter.cameBackOn !== null || letter.cameBack === why) return false;
  // What came back was posted, whether somebody has said so or not.
  if (!letter.counts) store.outbox.posted(letter.id, today, null);
  if (RETURNED[why].place)
    return store.outbox.cameBack(letter.id, { day: today, reason: why, code: why, address: true });
  store.outbox.notTaken(letter.id, today, why);
  return true;
}

/** `dunning letters reprint BATCH|ID`: the same letters, each page marked as a copy in the letter's language. */
export async function lettersReprint(context: Context, name: string): Promise<Outcome> {
  const [{ letterFile, writeCopies }, { markCopy }, { printFile }] = await Promise.all([
    import("../delivery/letter-copies.ts"),
    import("../render/copy-mark.ts"),
    import("../render/print-file.ts"),
  ]);
  return await withLockedCompany(context, "letters reprint", "write", async (company) => {
    const { folder, config } = company;
    const letters = named(company, name);
    const batch = letters[0]?.batch ?? name;
    const copies = [];
    for (const { id, file, sha256, language } of letters) {
      const bytes = letterFile(folder, file, sha256);
      copies.push({ id, bytes: await markCopy(bytes, language), copyOf: sha256 });
    }
    const settings = {
      company: folder,
      folder: config.letters.folder,
      printFile: async (pdfs: readonly Uint8Array[]) => await printFile(pdfs, context.home),
    };
    const files = await writeCopies(settings, batch, copies);
    company.store.transaction(() => {
      for (const { id } of letters) company.store.outbox.reprinted(id, company.today);
    });
    context.out.say(
      `${letters.length === 1 ? "1 letter" : `${letters.length} letters`} printed once more, marked as ${letters.length === 1 ? "a copy" : "copies"}: ${files.at(-2)}`,
    );
    const overtaken = letters.filter((each) => changedSince(company, each)).map(({ id }) => id);
    if (overtaken.length > 0)
      context.out.note(
        `Do not post, a newer balance has changed their debtors: ${overtaken.join(", ")}. Not posted: dunning outbox void ID`,
      );
    return answer(company, letters, { files });
  });
}
