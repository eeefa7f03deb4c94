export type MessageState =
  | "queued"
  | "sending"
  | "committing"
  | "sent"
  | "deferred"
  | "refused"
  | "uncertain"
  | "superseded"
  | "void";

export type TransportName = "drafts" | "smtp" | "letters";

/** The whole state machine: whatever is not listed here cannot happen. */
export const MOVES = {
  start: { from: ["queued", "deferred"], to: "sending" },
  /** The last byte may leave from here on: nobody can take the message back any more. */
  gate: { from: ["sending"], to: "committing" },
  sent: { from: ["committing"], to: "sent" },
  /** Files need no gate: after a crash a whole file is recognised by its hash. */
  filed: { from: ["sending"], to: "sent" },
  notReached: { from: ["sending"], to: "queued" },
  deferred: { from: ["sending", "committing"], to: "deferred" },
  refused: { from: ["sending", "committing"], to: "refused" },
  uncertain: { from: ["committing"], to: "uncertain" },
  superseded: { from: ["queued", "deferred"], to: "superseded" },
  void: { from: ["queued", "deferred"], to: "void" },
  /** Drafts and letters lie with the user until he sends them himself. */
  takenBack: { from: ["sent"], to: "void" },
  resolvedSent: { from: ["uncertain"], to: "sent" },
  resolvedResend: { from: ["uncertain"], to: "queued" },
  /** Its bytes were lost with a newer store: the next run writes it anew. */
  resolvedAnew: { from: ["uncertain"], to: "superseded" },
} as const satisfies Record<string, { readonly from: readonly MessageState[]; readonly to: MessageState }>;

export type Move = keyof typeof MOVES;

/** The state as people read it: a draft was not sent by us. */
export function shownState(
  state: MessageState,
  transport: TransportName,
): MessageState | "drafted" | "printed" {
  if (state !== "sent" || transport === "smtp") return state;
  return transport === "drafts" ? "drafted" : "printed";
}
