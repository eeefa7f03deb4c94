import type { Failure } from "../problem.ts";
import type { QueuedMessage } from "../store/outbox.ts";

export interface Outgoing {
  readonly message: QueuedMessage;
  /** The frozen bytes: .eml (CRLF) or PDF. */
  readonly bytes: Uint8Array;
}

/** How it ended. `reply` is the server's own text, `reason` ours. */
export type MailOutcome =
  | { readonly kind: "sent"; readonly reply: string }
  /**
   * `closing`: the server ends this line (421); a new one may do. `stop`: why nothing more may be tried in this run
   * (it wants less, or does not take our login any more).
   */
  | {
      readonly kind: "deferred";
      readonly reply: string;
      readonly closing: boolean;
      readonly stop: Failure | null;
    }
  /** `address`: the recipient's address is wrong, not only this message. */
  | { readonly kind: "refused"; readonly reply: string; readonly address: boolean }
  /** The gate was passed and no clear answer came: nobody can know. */
  | { readonly kind: "uncertain"; readonly reason: string }
  /** The server never saw the end of the message. `ready`: it had greeted and let us in. */
  | { readonly kind: "not-reached"; readonly reason: string; readonly ready: boolean };

/**
 * The gate: true once it is on the disk that the message may have left. `stands` is asked just before that is written:
 * false, and the message is as it was. Rejects where it could not be written.
 */
export type Commit = (stands: () => boolean) => Promise<boolean>;

/** Messages over lines that can break at any moment. */
export interface MailTransport<M = Pick<QueuedMessage, "recipient">> {
  /** How many messages may be on their way at one time, each over a line of its own. */
  readonly lines: number;
  /**
   * Hands one message over. Calls `commit` when all but the last byte is on its way; the last byte leaves only once it
   * is true, and never when it rejects (the error is passed on). It is true at most once. Throws a Failure (78) where the
   * set-up is wrong: credentials, certificate, sender.
   */
  readonly send: (
    outgoing: { readonly message: M; readonly bytes: Uint8Array },
    commit: Commit,
  ) => Promise<MailOutcome>;
  readonly close: () => Promise<void>;
}

/** Messages as files: whole or not at all, recognised by their hash. Paths are relative to the company folder. */
export interface FileTransport {
  /** Messages that are written together; each batch lies there completely or not at all where `whole` is true. */
  readonly batches: (messages: readonly QueuedMessage[]) => readonly (readonly QueuedMessage[])[];
  /**
   * Where this message lies already, written by a run that was killed before it could say so; else null, and what that
   * run had only begun to write is put away.
   */
  readonly find: (message: QueuedMessage) => string | null;
  /** Writes one batch. `placed` has one path per message, in order; `others` what was written beside them. */
  readonly write: (
    batch: readonly Outgoing[],
  ) => Promise<{ readonly placed: readonly string[]; readonly others: readonly string[] }>;
}
