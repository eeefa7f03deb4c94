/** How servers that send no delivery status notification (RFC 3464) say in words what became of a mail. */

/** What only a mail server writes; several of them in the language of their users. */
const RETURNED: readonly RegExp[] = [
  /this is the qmail-send program/i,
  /this message was created automatically by mail delivery software/i,
  /a message that you (?:have )?sent (?:could not|has not yet) be(?:en)? delivered/i,
  /this is the (?:mail system|mail delivery (?:agent|system))/i,
  /(?:delivery (?:has )?failed|delivery status notification|undeliverable|undelivered mail|returned mail|mail delivery fail)/i,
  /could(?: not|n['’]t) be delivered|unable to deliver|was not delivered|did not reach/i,
  /n['’]a pas pu être (?:remis|distribué|délivré|envoyé)|échec de (?:la )?(?:remise|livraison|distribution)|non (?:remis|distribué)/i,
  /konnte nicht (?:zugestellt|übermittelt|ausgeliefert)|unzustellbar|nicht zustellbar|zustellung fehlgeschlagen/i,
  /kon niet (?:worden )?(?:bezorgd|afgeleverd)|niet (?:worden )?(?:bezorgd|afgeleverd)|onbestelbaar|niet bezorgd/i,
];

/** The server goes on trying. */
const DELAYED: readonly RegExp[] = [
  /\bdelay(?:ed)?\b|has not yet been delivered|warning message only|will (?:be retried|continue to try|keep trying)|still being retried|you do not need to resend/i,
  /retard[ée]|pas encore (?:pu )?(?:être )?(?:été )?(?:remis|distribué|délivré)|nouvelles? tentatives?/i,
  /verzögert|noch nicht zugestellt|weitere zustellversuche|wird weiterhin versuch/i,
  /vertraagd|nog niet (?:bezorgd|afgeleverd)|wordt opnieuw geprobeerd/i,
];

/** The server has stopped trying, whatever else it tells of waiting. */
const GIVEN_UP =
  /permanent (?:error|failure)|giving up|given up|i['’]ve given up|no longer (?:be )?tr(?:y|ied)|abandon|endgültig|définitive|definitieve?|retry timeout exceeded|time(?:out)? expired/i;

/** Nobody is there: the address is at fault, not the mail. */
const UNKNOWN: readonly RegExp[] = [
  /(?:user|recipient|mailbox|address|account)\b[^.\n]{0,40}\b(?:unknown|not found|does not exist|doesn['’]t exist|disabled|not known|not listed|unavailable|inactive)/i,
  /no such (?:user|mailbox|recipient|address|person)|unknown (?:user|recipient|address|mailbox|or illegal)|user doesn['’]t have (?:an?|this) |no mailbox (?:here )?by that name|unrouteable address|recipnotfound|invalid recipient|not listed in/i,
  /host (?:or domain name )?not found|domain (?:does not exist|not found)|nxdomain|couldn['’]t find any host/i,
  /(?:adresse|utilisateur|destinataire|boîte)\b[^.\n]{0,40}\b(?:inconnue?|inexistante?|introuvable|n['’]existe pas|désactivée?)/i,
  /(?:empfänger|benutzer|adresse|postfach)\b[^.\n]{0,40}\b(?:unbekannt|nicht gefunden|existiert nicht|nicht vorhanden|deaktiviert)/i,
  /(?:adres|gebruiker|ontvanger|postvak|mailbox)\b[^.\n]{0,40}\b(?:onbekend|bestaat niet|niet gevonden|uitgeschakeld)/i,
];

const FULL =
  /mailbox (?:is )?full|over ?quota|quota exceeded|boîte (?:aux lettres )?(?:est )?pleine|postfach (?:ist )?voll|mailbox (?:is )?vol\b|postvak (?:is )?vol/i;

const says = (patterns: readonly RegExp[], text: string): boolean =>
  patterns.some((pattern) => pattern.test(text));

export const soundsReturned = (text: string): boolean => says(RETURNED, text);
export const soundsDelayed = (text: string): boolean => says(DELAYED, text) && !GIVEN_UP.test(text);
export const soundsUnknown = (text: string): boolean => says(UNKNOWN, text) && !FULL.test(text);

/** The enhanced status code (RFC 3463) that a text names, else the reply code as a class; null: neither. */
export function statusIn(text: string): string | null {
  const enhanced = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text)?.[1];
  if (enhanced !== undefined) return enhanced;
  const reply = /(?<![\d.@:-])([45])\d\d(?=[ :-])/.exec(text)?.[1];
  return reply === undefined ? null : `${reply}.0.0`;
}

/** What marks the copy of the original in a report that is all text. */
const COPY =
  /^[->\t ]*(?:below this line is a copy|this is a copy of (?:the|your) message)|^[>\t ]*[-=]{2,}[\t ]*(?:the )?(?:original message|message d['’]origine|ursprüngliche nachricht|oorspronkelijk bericht|unsent message|returned message|message header follows|en-têtes|below this line|this is a copy)/im;

/** The report's own words, and the copy of the original below them ("" where there is none). */
export function splitCopy(text: string): { readonly report: string; readonly copy: string } {
  const at = COPY.exec(text)?.index ?? /^(?:return-path|received):\s/im.exec(text)?.index ?? text.length;
  return { report: text.slice(0, at), copy: text.slice(at) };
}

/** Addresses that a text says it could not reach: in angle brackets, or alone at the start of a line. */
export function addressesIn(text: string): string[] {
  const found = text.matchAll(
    /<(?:mailto:)?([^\s<>@]{1,64}@[^\s<>@]{1,255})>|^[ \t]*([^\s<>@:,;()"']{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z-]{2,63})\b/gm,
  );
  return [...new Set([...found].map(([, bracketed, bare]) => (bracketed ?? bare ?? "").toLowerCase()))];
}

/** What an automatic answer says in its subject. */
export const AUTOMATIC_SUBJECT =
  /^(?:\s*(?:auto(?:matic|matische|mated)?[ :-]*(?:reply|response|answer)|automatische? antwoo?rt?|automatisch antwoord|réponse automatique|automatische antwort|out of (?:the )?office|absence du bureau|absent du bureau|message d['’]absence|notification d['’]absence|abwesenheitsnotiz|abwesenheit|afwezig(?:heids)?|niet aanwezig|autoreply|vacation)\b)/i;
