import type { Language } from "../core/types.ts";
import type { Role } from "./roles.ts";
import { headerKey } from "./words.ts";

/**
 * Header names of exports, by role and language. Rank 1 says it for sure; higher ranks give way to surer columns
 * ("Date" is the invoice date only where no column is called so). Compared by `headerKey`.
 */
const NAMES = `
debtor 1
  fr: N° client · Code client · Code tiers · N° tiers · Compte tiers · N° compte tiers · Compte auxiliaire · Compte client · N° compte client · CompAuxNum · CT_Num · Réf. client · Référence client · Matricule · Identifiant client · Client n° · Auxiliaire · Code auxiliaire · Code débiteur
  nl: Klantnr. · Klantnummer · Klantcode · Code klant · Relatiecode · Relatienummer · Extern relatienummer · Debiteurnummer · Debiteurnr. · Debiteurcode
  de: Debitorennummer · Debitorennr. · Debitor-Nr. · Kundennummer · Kunden-Nr. · Kundennr. · Kundencode · Debitorenkonto
  en: Customer No. · Customer Number · customer_id · customerID · Customer code · Customer account · Client ID · Client code · Client no · Contact Account Number · Debtor no · Debtor code · Debtor ID · cust_number · A/C
debtor 2
  fr: N° compte · Compte · Code
  nl: Rekening · Rekeningnummer
  de: Konto · Kontonummer
  en: Account · Account Number
debtor 3
  fr: Client · Tiers
  nl: Klant
  de: Debitor · Kunde
  en: Customer · Party · Debtor
debtor 4
  en: No.
name 1
  fr: Nom du client · Nom client · Nom du tiers · Nom · Raison sociale · Intitulé · Intitulé du compte · Intitulé tiers · Libellé tiers · Libellé du compte · CompAuxLib · CT_Intitule · Dénomination · Nom du débiteur
  nl: Klantnaam · Relatienaam · Naam klant · Naam relatie · Naam · Bedrijfsnaam · Naam debiteur
  de: Debitorname · Debitorenname · Kundenname · Name · Name 1 · Firma · Kurzbezeichnung · Bezeichnung
  en: Customer Name · Party Name · Party's Name · Name · Business name · Account Name · Company Name · name_customer · Debtor name
name 2
  fr: Client · Tiers · Partenaire · Débiteur · Société
  nl: Klant · Relatie · Partner · Debiteur
  de: Kunde · Partner · Debitor
  en: Customer · Party · Client · Debtor · Customer/Vendor · Company
name 3
  fr: Contact
  en: Contact
number 1
  fr: Numéro de facture · N° facture · Facture · Réf. facture · N° de document · N° doc · Document · N° pièce · N° de pièce · Pièce · Réf. pièce · PieceRef · EC_Piece
  nl: Factuurnummer · Factuurnr. · Factuur · Documentnr. · Documentnummer · Boekstuknummer · Stuknr. · Stuknummer
  de: Rechnungsnummer · Rechnungs-Nr. · Rechnungsnr. · Rechnung · Belegnummer · Belegnr. · Beleg-Nr. · Beleg · Belegfeld 1 · OP-Nr.
  en: Invoice Number · Invoice No. · Invoice # · Invoice · invoiceNumber · invoice_id · Document No. · Document Number · Doc No · Voucher No · Ref. No. · Billing Document
number 2
  fr: Référence · Réf. · Numéro · N°
  nl: Referentie · Nummer
  de: Referenz · Nummer
  en: Reference · Ref. · Num · Number · Invoice Reference · doc_id
type 1
  fr: Type du document · Type de document · Type de pièce · Type pièce · Nature · Type d'écriture
  nl: Documenttype · Type document · Soort · Soort document
  de: Belegtyp · Belegart · Buchungsart
  en: Document Type · Doc type · Voucher Type · Transaction type · Item type
type 2
  fr: Type
  nl: Type
  de: Typ
  en: Type
label 1
  fr: Libellé · Libellé écriture · EcritureLib · Désignation · Commentaire · Objet
  nl: Omschrijving · Omschrijving factuur
  de: Buchungstext · Text
  en: Description · Text · Memo · Remarks · Ref - Label · Label
issued 1
  fr: Date de facture · Date facture · Date de facturation · Date pièce · Date de pièce · Date d'émission · PieceDate · Date document · Date du document · Émise le · Émis le
  nl: Factuurdatum · Datum factuur · Documentdatum
  de: Rechnungsdatum · Belegdatum · Ausstellungsdatum
  en: Invoice Date · InvoiceDate · Document Date · Issue date · Issued · Billing date · document_create_date
issued 2
  fr: Date comptabilisation · Date comptable · Date · Date écriture · Date d'écriture · EC_Date
  nl: Boekingsdatum · Datum
  de: Buchungsdatum · Datum
  en: Posting Date · posting_date · Date · Transaction date
due 1
  fr: Date d'échéance · Date échéance · Date d'échéance nette · Échéance · Éch. · Date éch. · Date limite de paiement · Date limite · Date d'exigibilité · EC_Echeance
  nl: Vervaldatum · Verval datum · Netto vervaldatum · Vervaldag · Vervalt op · Uiterste betaaldatum
  de: Fälligkeit · Faelligkeit · Fälligkeitsdatum · Fällig am · Fällig · Zahlungsziel · Nettofälligkeit
  en: Due Date · DueDate · Due on · Due · Net due date · Payment due date · due_in_date
original 1
  fr: Montant initial · Montant d'origine · Total de la facture · Total facture · Montant facture · Montant facturé · Montant TTC · Total TTC · Original
  nl: Oorspronkelijk bedrag · Gefactureerd bedrag · Factuurbedrag · Origineel · Oorspronkelijk
  de: Ursprungsbetrag · Rechnungsbetrag · Ursprünglich · Bruttobetrag
  en: Original Amount · Invoiced Amount · Invoice Amount · InvoiceAmount · Invoice Grand Total · Invoice total · Opening Amount
paid 1
  fr: Montant réglé · Réglé · Payé · Montant payé · Règlements · Encaissé
  nl: Betaald · Betaald bedrag
  de: Bezahlt · Gezahlt · Zahlbetrag
  en: Paid Amount · Amount paid · Paid · Payments
open 1
  fr: Restant dû · Reste dû · Reste à payer · Reste à régler · Montant dû · Solde dû · Solde restant dû · Non réglé · Montant non réglé · Résiduel · Montant restant · Montant restant dû · Montant ouvert · Impayé
  nl: Openstaand bedrag · Openstaand · Openstaand saldo · Open bedrag · Resterend · Resterend bedrag · Restbedrag · Te betalen · Nog te betalen
  de: Restbetrag · Offene Summe · Offener Betrag · Offener Saldo · Noch offen · Offen
  en: Open Balance · Open Amount · Outstanding Amount · Outstanding · Outstanding balance · Amount outstanding · Remaining Amount · Residual · Amount due · Balance due · Pending Amount · total_open_amount
open 2
  fr: Solde · Encours · Balance · Montant en devise document
  nl: Saldo · Open
  de: Saldo
  en: Balance · Open · Amount in doc. curr.
open 3
  fr: Montant · Montant en devise locale
  nl: Bedrag · Bedrag in lokale valuta
  de: Betrag · Betrag in Hauswährung
  en: Amount · Amount in local currency · Remaining Amount (LCY) · Due
original 4
  fr: Montant
  nl: Bedrag
  de: Betrag
  en: Amount
debit 1
  fr: Débit · Montant débit · Montant au débit
  nl: Debet · Debetbedrag
  de: Soll · Sollbetrag · BetragSoll · Betrag Soll
  en: Debit · Debit amount · DR
credit 1
  fr: Crédit · Montant crédit · Montant au crédit
  nl: Credit · Creditbedrag
  de: Haben · Habenbetrag · BetragHaben · Betrag Haben
  en: Credit · Credit amount · CR
side 1
  fr: Sens · Débit/Crédit · EC_Sens
  nl: D/C · Debet/Credit
  de: S/H · Soll/Haben · SHSaldo · Soll-/Haben-Kennzeichen
  en: D/C · C/D · DC · DR/CR · Debit/Credit · Debit/Credit ind.
total 1
  fr: Total · Total dû · Solde total · Total général
  nl: Totaal · Totaal saldo
  de: Gesamt · Summe · Gesamtsaldo
  en: Total · Total due · Total outstanding
running 1
  fr: Solde progressif · Solde cumulé · Cumul
  nl: Lopend saldo
  de: Laufender Saldo · Saldo kumuliert
  en: Running balance
currency 1
  fr: Devise · Code devise · Idevise · Monnaie
  nl: Valuta · Valutacode · Munt
  de: Währung · Währungscode · WKZ
  en: Currency · Currency Code · currency_code · Document currency · Curr. · invoice_currency
currency 2
  en: Local Currency
  de: WKZ Eingabebetrag
settled 1
  fr: EcritureLet · DateLet · Let. · Lettrage · Lettre · Code lettrage · Date de lettrage · Date lettrage · EC_Lettrage · Rapproché · Réglé le · Payé le
  nl: Afgepunt · Aflettering · Betaald op
  de: AusgleichsKZ · ausgeziffert · Ausgleichsdatum · Bezahlt am
  en: Clearing date · Clearing Document · clear_date · MATCHNO · SettledDate · Settled date · Settled on · Paid on · Date paid
status 1
  fr: Statut · État
  nl: Status
  de: Status
  en: Status
blocked 1
  fr: Litige · En litige · Code litige · Motif litige · Motif de litige · Contesté · Contestation · Bloqué · Blocage · Code blocage · Bloqué relance · Blocage relance · Relance bloquée · Ne pas relancer · En attente
  nl: Betwist · Betwisting · In betwisting · Geblokkeerd · Blokkering · Aanmaning geblokkeerd · Aanmaningsblokkering · Aanmaanblokkade · Afwachten
  de: Strittig · Streitig · Klärfall · Reklamation · Gesperrt · Mahnsperre · Mahnsperrkennzeichen · Abwarten
  en: Dispute · Disputed · In dispute · Dispute reason · Dispute code · Dispute status · Hold · On hold · Blocked · Dunning Block · Dunning block code · Dunning blocked · Do not dun
sent 1
  fr: Envoyé · Envoyée · Envoyé le · Envoyée le · Date d'envoi · Date envoi · Mode d'envoi · Facture envoyée · Facture envoyée le
  nl: Verzonden · Verzonden op · Verzonden via · Verzenddatum · Factuur verzonden
  de: Versendet · Versendet am · Versandt am · Versanddatum · Rechnung versendet
  en: Sent · Sent on · Sent via · Sent date · Date sent · Invoice sent · Sent to contact · Sent to customer
method 1
  fr: Mode de règlement · Mode règlement · Mode de paiement · Mode paiement · Code mode de règlement · Moyen de paiement · Moyen de règlement
  nl: Betaalwijze · Betalingswijze · Betaalmethode · Betalingsmethode · Code betalingswijze
  de: Zahlungsart · Zahlungsweise · Zahlungsmethode · Zahlweg · Zahlweise · Zahlungsform · Zahlungsformcode
  en: Payment Method · Payment Method Code · Payment mode · Mode of payment · Method of payment
terms 1
  fr: Conditions de paiement · Code conditions de paiement · Condition de règlement · Délai · Délai de paiement
  nl: Betalingsvoorwaarden · Betalingsvoorwaarde · Code van betalingsvoorwaarden · Betalingstermijn
  de: Zahlungsbedingung · Zahlungsbedingungen · Zlg.-Bedingungscode
  en: Terms · Payment Terms · Payment Term · Payment Terms Code · Terms of Payment · Due Period
age 1
  fr: Âge · Âge (jours) · Retard · Retard (jours) · Jours de retard · Nb jours · Nb jours retard · Arriérés après échéance
  nl: Dagen te laat · Aantal dagen · Achterstand na vervaldatum
  de: Verzugstage · Tage überfällig · Überfällig seit
  en: Age · Age (Days) · Aging · Days overdue · Overdue by days · Days late · DaysLate · Arrears after net due date
account 1
  fr: Compte général · N° compte général · Compte collectif · Collectif · CompteNum
  nl: Grootboekrekening · Code grootboekrekening
  de: Sachkonto · Sammelkonto
  en: G/L Account · Receivable Account · General ledger account
account 3
  fr: N° compte · Compte
  nl: Rekening
  de: Konto
  en: Account
ledger 1
  fr: Type de tiers · Type tiers
  nl: Soort relatie · Type relatie
  de: Kontoart
  en: Party Type · Account type
email 1
  fr: E-mail · Email · Courriel · Adresse mail · Adresse e-mail · Mail
  nl: E-mail · E-mailadres
  de: E-Mail · E-Mail-Adresse
  en: Email · Email Address · AP Email · Billing Email · Contact Email
phone 1
  fr: Téléphone · Tél. · N° de téléphone · Téléphone fixe
  nl: Telefoon · Tel. · Telefoonnummer
  de: Telefon · Telefonnummer
  en: Phone · Phone Number · Telephone
phone 2
  fr: GSM · Portable · Mobile
  nl: GSM
  de: Mobil · Handy
  en: Mobile
contact 1
  fr: Interlocuteur · Personne de contact · Nom du contact · Destinataire · À l'attention de
  nl: Contactpersoon · Ter attentie van
  de: Ansprechpartner
  en: Contact person · Contact name · Primary Person · Customer Contact · Attention
contact 4
  fr: Contact
  nl: Contact
  de: Kontakt
  en: Contact
address 1
  fr: Adresse · Adresse 1 · Adresse 2 · Adresse 3 · Rue · Complément · Complément d'adresse
  nl: Adres · Adres 1 · Adres 2 · Straat · Straat en nummer
  de: Adresse · Anschrift · Straße · Straße und Hausnummer · Adresszusatz
  en: Address · Address 1 · Address 2 · Address 3 · Address Line 1 · Address Line 2 · Address Line 3 · Street
postcode 1
  fr: CP · Code postal
  nl: Postcode
  de: PLZ · Postleitzahl
  en: Postcode · Post Code · Postal code · Zip · Zip code
city 1
  fr: Ville · Localité · Commune
  nl: Gemeente · Plaats · Woonplaats · Stad
  de: Ort · Stadt
  en: City · Town
country 1
  fr: Pays · Code pays · Code de pays/région
  nl: Land · Landcode · Land/regio-code
  de: Land · Ländercode · Länder-/Regionscode
  en: Country · Country code · countryCode
language 1
  fr: Langue · Code langue
  nl: Taal · Taalcode
  de: Sprache
  en: Language
kind 1
  fr: Type de client · Nature du client · Professionnel/particulier · Genre
  nl: Soort klant · Type klant
  de: Kundenart
  en: Kind · Customer type · Customer kind · Debtor kind
vat 1
  fr: N° TVA · TVA · TVA intracom. · TVA intracommunautaire · N° TVA intracommunautaire
  nl: Btw-nummer · Btw-nr.
  de: USt-IdNr. · USt-ID · UID
  en: VAT · VAT No. · VAT Number · VAT Reg. No. · Tax ID
registration 1
  fr: SIREN · N° SIREN · SIRET · N° SIRET · N° d'entreprise · N° BCE
  nl: Ondernemingsnummer · KBO-nummer · KvK-nummer · KvK
  de: Handelsregisternummer · Handelsregister · HRB
  en: Registration No. · Company registration number · Company No. · Enterprise number
salesperson 1
  fr: Commercial · Représentant · Nom vendeur · Vendeur
  nl: Vertegenwoordiger · Verkopersnaam · Verkoper
  de: Vertreter · Verkäufername · Verkäufer
  en: Salesperson · Salesperson Name · Sales Person
salesperson 2
  fr: Code vendeur · Code représentant
  nl: Verkoperscode
  de: Verkäufercode
  en: Salesperson Code
sector 1
  fr: Secteur · Secteur d'activité · Catégorie · Catégorie client · Famille · Famille client · NAF · Groupe comptabilisation client
  nl: Sector · Klantboekingsgroep · Categorie
  de: Branche · Debitorenbuchungsgruppe
  en: Sector · Industry · Customer Group · Contact Group · Category
region 1
  fr: Région
  nl: Regio
  de: Gebiet · Region
  en: Region · Territory
strategic 1
  fr: Stratégique · Client stratégique · Grand compte
  nl: Strategisch
  de: Strategisch · Großkunde
  en: Strategic · Key account
insured 1
  fr: Assuré · Assurance-crédit
  nl: Verzekerd
  de: Versichert
  en: Insured
insolvent 1
  fr: Insolvable · Procédure collective
  nl: Insolvent · Faillissement
  de: Insolvent · Insolvenz
  en: Insolvent · Insolvency
credit_limit 1
  fr: Plafond · Plafond de crédit · Limite de crédit · Encours autorisé
  nl: Kredietlimiet
  de: Kreditlimit
  en: Credit limit
`;

export interface Meaning {
  readonly role: Role;
  readonly rank: number;
  readonly language: Language;
}

const MEANINGS = new Map<string, Meaning[]>();
let role: Role = "debtor";
let rank = 1;
for (const line of NAMES.trim().split("\n")) {
  const names = /^ {2}(\w\w): (.*)$/.exec(line);
  if (names === null) {
    role = line.split(" ")[0] as Role;
    rank = Number(line.split(" ")[1]);
    continue;
  }
  for (const name of names[2]!.split(" · ")) {
    const meaning = { role, rank, language: names[1] as Language };
    MEANINGS.set(headerKey(name), [...(MEANINGS.get(headerKey(name)) ?? []), meaning]);
  }
}

/** All that a header may mean, surest first; empty for a header that nobody knows. */
export function meaningsOf(header: string): readonly Meaning[] {
  return (MEANINGS.get(headerKey(header)) ?? []).toSorted((a, b) => a.rank - b.rank);
}
