import type { Database } from "better-sqlite3";
import type { SentMail, SentMails } from "../core/returned-mail.ts";
import type { Day } from "../core/types.ts";

type Row = Omit<SentMail, "draft"> & { readonly draft: number };

const SELECT = `
SELECT m.id, d.id AS debtor, CASE d.name WHEN '' THEN d.id ELSE d.name END AS name, lower(m.recipient) AS recipient,
  m.subject, m.transport = 'drafts' AS draft, m.sent_on AS sentOn, m.came_back_on AS cameBackOn
FROM message m JOIN debtor d ON d.key = m.debtor
WHERE m.channel = 'email' AND m.state IN ('sent', 'uncertain') AND m.sent_on IS NOT NULL`;

const mailFrom = ({ draft, ...rest }: Row): SentMail => ({ ...rest, draft: draft === 1 });

/** E-mails that have left, or may have. `since`: by address only those of this day or later. */
export function sentMailsOf(db: Database): (since: Day) => SentMails {
  const byMessageId = db.prepare<[string], Row>(`${SELECT} AND m.message_id = ? ORDER BY m.queued_at DESC`);
  const byRecipient = db.prepare<[string, string], Row>(
    `${SELECT} AND lower(m.recipient) = ? AND m.sent_on >= ? ORDER BY m.sent_on, m.id`,
  );
  return (since) => ({
    byMessageId: (id) => {
      const row = byMessageId.get(id);
      return row === undefined ? null : mailFrom(row);
    },
    byRecipient: (address) => byRecipient.all(address.toLowerCase(), since).map(mailFrom),
  });
}
