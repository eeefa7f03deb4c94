import { resolve } from "node:path";
import type { Context, Outcome } from "../context.ts";
import { EXIT, Failure } from "../problem.ts";
import { withCompany } from "./company.ts";
import { recording } from "./recording.ts";

/** `dunning backup FILE`: a whole and sound copy of the store, or nothing. */
export async function backup(context: Context, file: string): Promise<Outcome> {
  return await withCompany(context, "read", (company) => {
    const path = resolve(context.cwd, file);
    const { bytes, events } = company.store.backup(path);
    context.out.say(`${path}: ${(bytes / 1e6).toFixed(1)} MB, ${events} events, read again and sound.`);
    context.out.note(
      "To go back to it: put it in the place of dunning.db while nothing runs. If something was sent since then (sent.jsonl), it sends nothing more.",
    );
    return {
      exit: EXIT.done,
      company: company.company.name,
      asOf: company.today,
      summary: `${file}: ${events} events, sound`,
      document: { file: path, bytes, events },
    };
  });
}

/** `dunning audit verify`: whether the chain of events is whole. Throws a Failure (5) that says where it is not. */
export async function auditVerify(context: Context): Promise<Outcome> {
  return await recording(context, "read", ({ store, storeFile }) => {
    const { events, head, broken } = store.events.verify();
    if (broken !== null)
      throw new Failure(EXIT.store, {
        code: "chain-broken",
        where: { file: storeFile },
        message: `the record of what was done is not what was written: ${broken.reason}`,
        found: `event ${broken.seq}; ${events} before it are whole`,
        expected: "every event as it was written, each with the hash of the one before",
        fix: "keep this file, and compare it with a backup (dunning backup makes them)",
      });
    context.out.say(
      `${events} events, all of them as they were written. The newest has the hash ${head || "-"}.`,
    );
    return { events, head };
  });
}
