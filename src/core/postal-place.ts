import type { Debtor } from "./types.ts";

/** A postal address as it is compared: another spelling of it is no other place. "" where nothing is known. */
export function placeOf({ address, postcode, city }: Pick<Debtor, "address" | "postcode" | "city">): string {
  return [...address, postcode ?? "", city ?? ""]
    .join(" ")
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
}
