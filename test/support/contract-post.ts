import { MESSAGE, type Spec } from "./contract.ts";
import type { Case } from "./contract-agreed.ts";

const LETTER = {
  id: "text",
  batch: "text",
  file: "text",
  debtor: "text",
  name: "text",
  step: "text",
  channel: "letter|registered-letter",
  state: "printed|posted|returned",
  plannedOn: "day",
  postedOn: "day?",
  registered: "text?",
  cameBackOn: "day?",
  cameBack: "text?",
  changed: "flag",
} satisfies Spec;
const RETURNED = {
  files: ["text", "some"],
  mails: [
    {
      file: "text",
      position: "count",
      kind: "bounced|answered|delayed|delivered|auto-reply|unmatched|unreadable",
      known: "flag",
      debtor: "text?",
      name: "text?",
      message: "text?",
      recipient: "text?",
      status: "text?",
      note: "text",
      answer: "text?",
      flagged: "flag",
    },
  ],
  counts: {
    read: "count",
    known: "count",
    bounced: "count",
    answered: "count",
    unmatched: "count",
    other: "count",
  },
} satisfies Spec;

/** Messages, and what becomes of them after they have left. */
export const POST: readonly Case[] = [
  { line: "outbox list", schema: "outbox list", exit: 0, spec: { messages: [MESSAGE, "some"] } },
  { line: "outbox", schema: "outbox list", exit: 0, spec: { messages: [MESSAGE, "some"] } },
  {
    line: "outbox show {drafted}",
    schema: "outbox show",
    exit: 0,
    spec: { message: { ...MESSAGE, claimed: "amount" } },
  },
  { line: "outbox retry", schema: "outbox retry", exit: 0, spec: { queued: ["text"] } },
  {
    line: "outbox void {drafted}",
    schema: "outbox void",
    exit: 0,
    spec: { id: "text", state: "void", file: "text?" },
  },
  { line: "letters", schema: "letters list", exit: 0, spec: { letters: [LETTER, "some"] } },
  {
    line: "letters confirm-posted {printed}",
    schema: "letters confirm-posted",
    exit: 0,
    spec: { letters: [LETTER, "some"], posted: ["text", "some"] },
  },
  {
    line: "letters returned {printed}",
    schema: "letters returned",
    exit: 0,
    spec: { letters: [LETTER, "some"], reason: "text", changed: "flag" },
  },
  {
    line: "letters reprint {printed}",
    schema: "letters reprint",
    exit: 0,
    spec: { letters: [LETTER, "some"], files: ["text", "some"] },
  },
  { line: "bounces returned.mbox", schema: "bounces", exit: 0, spec: RETURNED },
];
