import * as z from "zod/mini";
import { name, turned } from "./scalars.ts";

// Compiling checks into code pays off for thousands of values; a configuration is one.
z.config({ jitless: true });

/** Says what a key is for. Registered here and not by `.describe`, which would copy each schema once more at start. */
export function key<T extends z.ZodMiniType>(description: string, of: T): T {
  z.globalRegistry.add(of, { ...z.globalRegistry.get(of), description });
  return of;
}
/** What stands for a key that was left out, as it would be written. */
export const otherwise = <T extends z.ZodMiniType>(of: T, written: z.input<T>) => z.prefault(of, written);
/** A key that may be left out or empty; its value is null then. */
export const maybe = <T extends z.ZodMiniType>(of: T) => z.prefault(z.nullable(of), null);
export const section = <T extends z.core.$ZodShape>(shape: T) =>
  z.strictObject(shape, { error: "keys with their values" });
export const list = <T extends z.ZodMiniType>(of: T, min: number, max: number, expected: string) =>
  z
    .array(of, { error: expected })
    .check(z.minLength(min, { error: expected }), z.maxLength(max, { error: expected }));
export const choice = <const T extends readonly [string, ...string[]]>(...values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
export const named = <T extends z.ZodMiniType>(what: string, of: T) =>
  z.record(name(what), of, { error: `names of ${what}s, each with its keys` });

const alternatives = <T extends z.ZodMiniType<string>>(of: T, most: number, expected: string) =>
  z.union([of, list(of, 1, most, expected)], { error: expected });
const asList = <T extends string>(given: T | readonly T[] | null): readonly T[] =>
  given === null ? [] : typeof given === "string" ? [given] : given;

/** A word, or a list of at most so many: always a list for the program. */
export const oneOrMore = <T extends z.ZodMiniType<string>>(of: T, most: number, expected: string) =>
  turned(alternatives(of, most, expected), (given) => asList<z.output<T>>(given as z.output<T>));
/** The same, and nothing where the key is left out. */
export const noneOrMore = <T extends z.ZodMiniType<string>>(of: T, most: number, expected: string) =>
  turned(maybe(alternatives(of, most, expected)), (given) => asList<z.output<T>>(given as z.output<T>));
