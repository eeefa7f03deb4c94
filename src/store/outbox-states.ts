import type { Day } from "../core/types.ts";

export type MessageState =
  | "queued"
  | "sending"
  | "committing"
  /** Letters that count only once somebody has posted them (letters.confirm_posted). */
  | "printed"
  | "sent"
  | "deferred"
  | "refused"
  | "uncertain"
  | "superseded"
  | "void";

export type TransportName = "drafts" | "smtp" | "letters" | "command";

/** The whole state machine: whatever is not listed here cannot happen. */
export const MOVES = {
  start: { from: ["queued", "deferred"], to: "sending" },
  /** The last byte may leave from here on: nobody can take the message back any more. */
  gate: { from: ["sending"], to: "committing" },
  /** The last byte was not released after all. */
  undoGate: { from: ["committing"], to: "queued" },
  sent: { from: ["committing"], to: "sent" },
  /** Files need no gate: after a crash a whole file is recognised by its hash. */
  filed: { from: ["sending"], to: "sent" },
  printed: { from: ["sending"], to: "printed" },
  posted: { from: ["printed", "sent"], to: "sent" },
  /** Returned by the post, or bounced: it left, and did not arrive. */
  cameBack: { from: ["sent"], to: "sent" },
  notReached: { from: ["sending"], to: "queued" },
  deferred: { from: ["sending", "committing"], to: "deferred" },
  refused: { from: ["sending", "committing"], to: "refused" },
  uncertain: { from: ["committing"], to: "uncertain" },
  /** A person does not want to wait any longer. */
  retry: { from: ["deferred"], to: "queued" },
  superseded: { from: ["queued", "deferred"], to: "superseded" },
  void: { from: ["queued", "deferred"], to: "void" },
  /** Drafts and letters lie with the user until he sends them himself. */
  takenBack: { from: ["sent", "printed"], to: "void" },
  resolvedSent: { from: ["uncertain"], to: "sent" },
  resolvedResend: { from: ["uncertain"], to: "queued" },
  /** Its bytes were lost with a newer store: the next run writes it anew. */
  resolvedAnew: { from: ["uncertain"], to: "superseded" },
} as const satisfies Record<string, { readonly from: readonly MessageState[]; readonly to: MessageState }>;

export type Move = keyof typeof MOVES;

/** What became of a message after it had left. */
export interface Afterwards {
  readonly postedOn: Day | null;
  readonly cameBackOn: Day | null;
}

export type ShownState = MessageState | "drafted" | "posted" | "returned" | "bounced";

/** The state as people read it: a draft was not sent by us, nor a letter. */
export function shownState(
  state: MessageState,
  transport: TransportName,
  { postedOn, cameBackOn }: Afterwards = { postedOn: null, cameBackOn: null },
): ShownState {
  if (state !== "sent") return state;
  if (cameBackOn !== null) return transport === "letters" ? "returned" : "bounced";
  if (transport === "letters") return postedOn === null ? "printed" : "posted";
  return transport === "drafts" ? "drafted" : "sent";
}
