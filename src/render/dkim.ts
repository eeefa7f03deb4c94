import { createPrivateKey } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { EXIT, Failure } from "../problem.ts";

/** With what an e-mail is signed (RFC 6376, rsa-sha256). */
export interface DkimKey {
  /** Null: the sender's own. */
  readonly domain: string | null;
  readonly selector: string;
  /** Where the key came from, for messages. */
  readonly file: string;
  /** The private key. */
  readonly pem: string;
}

/** Shorter ones are not accepted by receivers (RFC 8301). */
const MIN_BITS = 1024;

function unfit(file: string, message: string): Failure {
  return new Failure(EXIT.config, {
    code: "dkim-key",
    where: { file },
    message,
    expected: "an RSA private key in PEM, without a passphrase",
    fix: `openssl genrsa -out ${file} 2048`,
  });
}

function checked({ file, pem }: DkimKey): string {
  let bits: number;
  try {
    const key = createPrivateKey(pem);
    bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  } catch {
    throw unfit(file, "this is no private key");
  }
  if (bits < MIN_BITS) throw unfit(file, "this key cannot sign e-mails");
  return pem;
}

/** The e-mail with a DKIM-Signature before it. Same input, same bytes. Throws a Failure (78) where the key is unfit. */
export async function signedBy(key: DkimKey, from: string, eml: Uint8Array): Promise<Uint8Array> {
  const { default: Dkim } = await import("nodemailer/lib/dkim");
  const domainName = key.domain ?? from.slice(from.lastIndexOf("@") + 1);
  const signer = new Dkim({ domainName, keySelector: key.selector, privateKey: checked(key) });
  const signed = await buffer(signer.sign(Buffer.from(eml)));
  // nodemailer leaves an e-mail unsigned where the key does not work.
  if (!signed.subarray(0, 15).equals(Buffer.from("DKIM-Signature:")))
    throw unfit(key.file, "this key does not sign");
  return new Uint8Array(signed);
}
