import { generateKeyPairSync, sign } from "node:crypto";

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const inDays = (days: number): Buffer => {
  const moment = new Date(Date.now() + days * 86_400_000).toISOString();
  return der(0x18, Buffer.from(`${moment.replaceAll(/[-:T]|\.\d+Z/g, "")}Z`));
};

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A self-signed certificate (X.509 v3, P-256) for one IPv4 address, valid for `days` around now. */
export function certificateFor(
  address: string,
  days: readonly [from: number, until: number] = [-1, 1],
): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaSha256 = sequence(oid("2a8648ce3d040302"));
  const name = sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from("dunning test")))));
  const alternative = sequence(der(0x87, Buffer.from(address.split(".").map(Number))));
  const extension = sequence(oid("551d11"), der(0x04, alternative));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaSha256,
    name,
    sequence(inDays(days[0]), inDays(days[1])),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(extension)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const base64 = sequence(body, ecdsaSha256, signature).toString("base64").replaceAll(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  };
}
