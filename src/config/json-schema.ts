import * as z from "zod/mini";
import { schema } from "./schema.ts";

/** The JSON Schema of dunning.yaml (draft 7, as editors read it): names, types, defaults and descriptions. */
export function jsonSchema(): string {
  const { $schema, ...body } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
  const head = { $schema, title: "dunning.yaml", description: "Configuration of dunning" };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}
