import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** The smallest configuration without findings. */
export const SMALL = `version: 1
company:
  name: Atelier Exemple SARL
  address: [12 rue des Essais, 69003 Lyon]
  country: FR
  language: fr
  accounts: { EUR: { iban: FR1420041010050500013M02606 } }
  email: compta@exemple.test
  signatory: { name: Claire Exemple }
segments:
  - { name: everybody, when: 'true', scenario: standard }
scenarios:
  standard:
    steps:
      - { id: reminder, day: 3, channel: email, template: reminder-a }
`;

/** A folder with these files, gone when the test ends. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "dunning-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** The small configuration with one piece of text replaced. Throws where that piece is not there. */
export function changed(from: string, to: string): string {
  if (!SMALL.includes(from)) throw new Error(`not in the small configuration: ${from}`);
  return SMALL.replace(from, to);
}
