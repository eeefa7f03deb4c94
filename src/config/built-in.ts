import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type * as z from "zod/mini";
import { profile as profileSchema } from "./profile-schema.ts";

type Profile = z.output<typeof profileSchema>;

const folderOf = (home: string): string => join(home, "assets", "profiles");

/** Names of the layouts that are known without a configuration. */
export const builtInNames = (home: string): readonly string[] =>
  readdirSync(folderOf(home))
    .sort()
    .map((file) => file.replace(/\.yaml$/, ""));

/** These layouts, by name: the files of assets/profiles. */
export function builtInProfiles(home: string): Readonly<Record<string, Profile>> {
  const read = (name: string): Profile =>
    profileSchema.parse(parse(readFileSync(join(folderOf(home), `${name}.yaml`), "utf8")));
  return Object.fromEntries(builtInNames(home).map((name) => [name, read(name)]));
}
