import { expect, test } from "vitest";
import { company, counted } from "./support/delivery.ts";
import { atStage, plainSmtp, type Script, scripted } from "./support/scripted-smtp.ts";

/** What the server does, and the counts for 1, 2 and 50 messages; `held`: what it then has. */
const TROUBLE: readonly (readonly [
  string,
  Script,
  exit: number | null,
  ...(readonly [n: number, counts: Record<string, number>, held: number])[],
])[] = [
  [
    "refuses the second recipient",
    atStage("RCPT", "550 5.1.1 no such user", 2),
    null,
    [1, { sent: 1 }, 1],
    [2, { sent: 1, refused: 1 }, 1],
    [50, { sent: 49, refused: 1 }, 49],
  ],
  [
    "defers every message after its end",
    atStage("dot", "451 4.7.0 greylisted"),
    null,
    [1, { deferred: 1 }, 1],
    [2, { deferred: 2 }, 2],
    [50, { deferred: 50 }, 50],
  ],
  [
    "drops one line after the end of a message",
    atStage("dot", "drop", 1),
    null,
    [1, { uncertain: 1 }, 1],
    [2, { uncertain: 1, sent: 1 }, 2],
    [50, { uncertain: 1, sent: 49 }, 50],
  ],
  [
    "drops a line after the end of a message now and then",
    (stage, nth) => (stage === "dot" && nth % 2 === 1 ? "drop" : null),
    null,
    [2, { uncertain: 1, sent: 1 }, 2],
    [50, { uncertain: 25, sent: 25 }, 50],
  ],
  [
    "drops every line after the end of a message",
    atStage("dot", "drop"),
    3,
    [2, { uncertain: 2 }, 2],
    [50, { uncertain: 2, waiting: 48 }, 2],
  ],
  ["drops every line at RCPT", atStage("RCPT", "drop"), 69, [2, { waiting: 2 }, 0], [50, { waiting: 50 }, 0]],
  [
    "drops the first line at RCPT",
    atStage("RCPT", "drop", 1),
    null,
    [1, { waiting: 1 }, 0],
    [2, { waiting: 1, sent: 1 }, 1],
    [50, { waiting: 1, sent: 49 }, 49],
  ],
  ["does not greet", atStage("greeting", "drop"), 69, [1, { waiting: 1 }, 0], [50, { waiting: 50 }, 0]],
  [
    "takes nothing more after the first",
    (stage, nth) => (stage === "MAIL" && nth > 1 ? "421 4.7.0 too many" : null),
    3,
    [2, { sent: 1, deferred: 1 }, 1],
    [50, { sent: 1, deferred: 1, waiting: 48 }, 1],
  ],
  [
    "does not let this sender send",
    atStage("MAIL", "553 5.7.1 not your address"),
    78,
    [1, { waiting: 1 }, 0],
    [50, { waiting: 50 }, 0],
  ],
];

test.each(
  TROUBLE.flatMap(([what, script, exit, ...sizes]) =>
    sizes.map(([n, expected, held]) => ({ what, script, exit, n, expected, held })),
  ),
)("a server that $what, $n messages: $expected", async ({ script, exit, n, expected, held }) => {
  const at = company(n);
  const server = await scripted(script);
  at.queue("smtp");
  const report = await at.go({ transports: { smtp: plainSmtp(server.port) } });
  expect(counted(report)).toEqual(expected);
  expect(report.stopped?.exit ?? null).toBe(exit);
  expect(server.messages).toHaveLength(held);
  expect(report.messages).toHaveLength(n);
  const { waiting, ...rest } = expected;
  expect(at.states()).toEqual({ ...rest, ...(waiting === undefined ? {} : { queued: waiting }) });
  expect(at.levels()).toHaveLength(2 * (expected["sent"] ?? 0));
});
