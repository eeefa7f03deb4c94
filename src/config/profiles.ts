import { isMap, isScalar, parseDocument, stringify } from "yaml";
import { EXIT, Failure } from "../problem.ts";
import { CONFIG_FILE } from "./config.ts";

const indent = (text: string, by: string): string => text.replace(/^(?=.)/gm, by);

/**
 * The text of a dunning.yaml with one more profile, everything else (comments too) as it was. A profile of the same name
 * is replaced. Keys without a value are left out. Throws a Failure (78) where the file cannot be read.
 */
export function withProfile(text: string, name: string, profile: object): string {
  const document = parseDocument(text, { prettyErrors: false, schema: "core" });
  const [broken] = document.errors;
  if (broken !== undefined || !isMap(document.contents))
    throw new Failure(EXIT.config, {
      code: "yaml-syntax",
      where: { file: CONFIG_FILE },
      message: `the profile cannot be written: ${broken?.message ?? "this is no configuration"}`,
      fix: "dunning check",
    });
  const entry = stringify({ [name]: profile }, { lineWidth: 0, nullStr: "null" });
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === "profiles");
  if (pair === undefined) return `${text.trimEnd()}\n\nprofiles:\n${indent(entry, "  ")}`;
  const known = pair.value;
  if (isMap(known) && !known.flow && known.range != null && !known.has(name)) {
    const column = known.range[0] - (text.lastIndexOf("\n", known.range[0] - 1) + 1);
    const last = text.slice(0, known.range[1]).trimEnd().length;
    const end = `${text}\n`.indexOf("\n", last);
    return `${text.slice(0, end)}\n${indent(entry, " ".repeat(column))}${text.slice(end + 1)}`;
  }
  if (isMap(known)) document.setIn(["profiles", name], document.createNode(profile));
  else document.set("profiles", document.createNode({ [name]: profile }));
  return document.toString({ lineWidth: 0 });
}
