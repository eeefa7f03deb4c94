import type { Database } from "better-sqlite3";
import { placeOf } from "../core/postal-place.ts";
import type { Day, DebtorKey } from "../core/types.ts";

/** An address that does not work: nothing is sent there any more. */
export interface BadAddress {
  readonly address: string;
  readonly since: Day;
  /** As the server or the post said it. */
  readonly reason: string;
}

/** A postal address from which a letter came back. */
export interface BadPlace extends BadAddress {
  readonly message: string;
}

/** Which addresses do not work. Another address is usable at once; the same one when a person has entered it again. */
export interface BadAddresses {
  readonly email: (address: string) => BadAddress | null;
  readonly flagEmail: (address: string, day: Day, reason: string) => void;
  /** The postal address that is known of the debtor now; null: it is not known to be bad. */
  readonly place: (debtor: DebtorKey) => BadPlace | null;
  readonly flagPlace: (debtor: DebtorKey, day: Day, reason: string, message: string) => void;
  /** A person says that the debtor's e-mail address, or postal address, is right as it stands now. True: it was marked. */
  readonly trust: (debtor: DebtorKey, what: "email" | "place") => boolean;
}

interface Known {
  readonly email: string | null;
  readonly address: string;
  readonly postcode: string | null;
  readonly city: string | null;
}

export function badAddressesOf(db: Database): BadAddresses {
  const known = db.prepare<[number], Known>(
    "SELECT email, address, postcode, city FROM debtor WHERE key = ?",
  );
  const email = db.prepare<[string], BadAddress>(
    "SELECT address, since, reason FROM bad_email WHERE address = ?",
  );
  const place = db.prepare<[number, string], BadPlace>(
    "SELECT place AS address, since, reason, message FROM bad_place WHERE debtor = ? AND place = ?",
  );
  const addEmail = db.prepare(
    "INSERT INTO bad_email (address, since, reason) VALUES (?, ?, ?) ON CONFLICT (address) DO NOTHING",
  );
  const addPlace = db.prepare(
    "INSERT INTO bad_place (debtor, place, since, reason, message) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const noEmail = db.prepare("DELETE FROM bad_email WHERE address = ?");
  const noPlace = db.prepare("DELETE FROM bad_place WHERE debtor = ? AND place = ?");
  const placeNow = (debtor: DebtorKey): string => {
    const row = known.get(debtor);
    if (row === undefined) return "";
    return placeOf({ ...row, address: JSON.parse(row.address) as string[] });
  };
  return {
    email: (address) => email.get(address.toLowerCase()) ?? null,
    flagEmail: (address, day, reason) => void addEmail.run(address.toLowerCase(), day, reason),
    place: (debtor) => place.get(debtor, placeNow(debtor)) ?? null,
    flagPlace: (debtor, day, reason, message) =>
      void addPlace.run(debtor, placeNow(debtor), day, reason, message),
    trust: (debtor, what) =>
      (what === "place"
        ? noPlace.run(debtor, placeNow(debtor))
        : noEmail.run(known.get(debtor)?.email?.toLowerCase() ?? "")
      ).changes > 0,
  };
}
