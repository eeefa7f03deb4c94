import type { Database } from "better-sqlite3";
import { expect, test } from "vitest";
import { answersOf } from "../src/store/answers.ts";
import { badAddressesOf } from "../src/store/bad-addresses.ts";
import { openDatabase } from "../src/store/database.ts";
import { eventsOf } from "../src/store/events.ts";
import { outbox } from "../src/store/outbox.ts";
import { sentMailsOf } from "../src/store/sent-mails.ts";

const now = (): Date => new Date("2026-11-23T08:00:00.000Z");

/** What a door asks of the store, as it prepares it. */
function preparedBy(db: Database, open: (db: Database) => unknown): readonly string[] {
  const asked: string[] = [];
  const listening = new Proxy(db, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const call = value.bind(target) as (...words: unknown[]) => unknown;
      if (name !== "prepare") return call;
      return (sql: string) => {
        asked.push(sql);
        return call(sql);
      };
    },
  });
  open(listening);
  return asked;
}

/** An index that holds nothing but what it names: answers that nobody has read. */
const SHORT = /COVERING INDEX|INDEX answer_waiting/;
/** Lists for people, asked for once. */
const LISTS = [/ORDER BY m\.queued_at DESC, m\.run DESC/, /WHERE m\.snapshot = \? AND m\.state IN/];

test("what delivery asks message by message, or at every run, walks through no table of years", () => {
  const db = openDatabase(":memory:", "create");
  const events = eventsOf(db, now);
  const asked = preparedBy(db, (listening) => {
    outbox(listening, { append: () => undefined, now });
    sentMailsOf(listening)("2026-11-01" as never);
    badAddressesOf(listening);
    answersOf(listening, now, events);
  }).filter((sql) => !/^\s*(?:INSERT|PRAGMA)\b(?![\s\S]*SELECT)/.test(sql));
  expect(asked.length).toBeGreaterThan(40);
  const walking = asked.flatMap((sql) => {
    if (LISTS.some((list) => list.test(sql))) return [];
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`);
    const free = Array.from({ length: (sql.match(/\?/g) ?? []).length }, () => null);
    const names = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name = ""]) => [name, null]));
    const steps = plan.all(...(free.length > 0 ? free : Object.keys(names).length > 0 ? [names] : [])) as {
      detail: string;
    }[];
    return steps
      .filter(({ detail }) =>
        /^SCAN (?:m|mi|i|a|message|message_item|item|item_level|item_courtesy)\b/.test(detail),
      )
      .filter(({ detail }) => !SHORT.test(detail))
      .map(({ detail }) => `${detail}: ${sql.trim().slice(0, 200)}`);
  });
  expect(walking).toEqual([]);
});
