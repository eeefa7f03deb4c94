import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demoCompany, dunning } from "./company.ts";

export const DAY = "2026-11-20";

/** The demo company, its balance imported, sending through `port`. */
export async function sender(port: number, limits = "max_messages: 1000, per_minute: 6000"): Promise<string> {
  const folder = demoCompany();
  const file = join(folder, "dunning.yaml");
  const text = readFileSync(file, "utf8").replace(/^(email|limits):(.*\n)((?: .*\n|\n)*)/gm, "");
  writeFileSync(
    file,
    `${text}\nemail: { transport: smtp, smtp: { host: 127.0.0.1, connections: 1, port: ${port} } }\nlimits: { ${limits} }\n`,
  );
  await dunning(folder, DAY, "import", "contacts", "contacts.csv");
  await dunning(folder, DAY, "import", "balance-agee-2026-11-20.csv");
  return folder;
}

export const countsOf = (json: Readonly<Record<string, unknown>>): Record<string, number> =>
  json["counts"] as Record<string, number>;
