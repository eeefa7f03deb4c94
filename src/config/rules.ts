import { createRequire } from "node:module";
import type * as Cel from "@marcbachmann/cel-js";
import { nearest } from "../core/nearest.ts";
import type { Facts, Predicate, Rule } from "../core/types.ts";

export interface Fact {
  readonly type: "number" | "text" | "flag" | "texts";
  readonly about: string;
}
export type FactTable = Readonly<Record<string, Fact>>;

/** What the rule of a segment may ask. Amounts in major units of the company's currency. */
export const DEBTOR_FACTS: FactTable = {
  balance: { type: "number", about: "what is open, credits deducted" },
  overdue: { type: "number", about: "what is past its due date, credits not deducted" },
  oldest_days: { type: "number", about: "days past due of the oldest item, 0 where nothing is" },
  items: { type: "number", about: "how many items are owed" },
  average_days_late: { type: "number", about: "how late the debtor pays, on the mean weighted by amount" },
  broken_promises: { type: "number", about: "promises to pay that were not kept" },
  payer_class: { type: "text", about: "A (pays in time) to D; empty where nothing is known" },
  score: { type: "number", about: "credit score (import scores)" },
  insured: { type: "flag", about: "credit-insured" },
  strategic: { type: "flag", about: "flagged as strategic" },
  kind: { type: "text", about: "business or consumer" },
  country: { type: "text", about: "two letters, FR" },
  language: { type: "text", about: "fr, nl, de or en" },
  region: { type: "text", about: "from master data" },
  sector: { type: "text", about: "from master data" },
  salesperson: { type: "text", about: "from master data" },
  insolvent: { type: "flag", about: "insolvency proceedings are known" },
  new_customer: { type: "flag", about: "first seen at most 90 days ago" },
  attr: { type: "texts", about: 'extra columns of an import: attr.group == "A"' },
};

/** What the `when` of a step may ask. Amounts in major units of the dossier's currency. */
export const DOSSIER_FACTS: FactTable = {
  open: { type: "number", about: "what is open, credits deducted" },
  overdue: { type: "number", about: "what is past its due date" },
  claimed: { type: "number", about: "what the step would claim" },
  credits: { type: "number", about: "credits and payments on account" },
  oldest_days: { type: "number", about: "days past due of the oldest item" },
  items: { type: "number", about: "how many items are owed" },
  currency: { type: "text", about: "EUR" },
  kind: { type: "text", about: "business or consumer" },
  payer_class: { type: "text", about: "A (pays in time) to D; empty where nothing is known" },
  country: { type: "text", about: "two letters, FR" },
  language: { type: "text", about: "fr, nl, de or en" },
  insolvent: { type: "flag", about: "insolvency proceedings are known" },
};

export interface RuleMistake {
  readonly code: string;
  readonly message: string;
  /** Where in the expression, in characters from 0. */
  readonly offset: number;
  readonly found?: string;
  readonly expected?: string;
  readonly fix?: string;
}
export type CompiledRule =
  | {
      readonly rule: Rule;
      /** Names that it asks for behind `attr`: only the store knows which there are. */
      readonly attributes: readonly { readonly name: string; readonly offset: number }[];
    }
  | { readonly mistake: RuleMistake };

const TYPES = { number: "double", text: "string", flag: "bool", texts: "map<string, string>" } as const;
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 20,
  maxCallArguments: 8,
};
const MAX_CHARACTERS = 4000;
const TOO_LONG: RuleMistake = {
  code: "rule-too-long",
  message: "this rule is too long",
  offset: 0,
  fix: "use in [..] for a list of values, or split it over two segments",
};
/** A regular expression can run for a minute; `dyn` would switch the check of types off. */
const REFUSED = ["matches", "dyn"];

const environments = new Map<FactTable, Cel.Environment>();

/** CEL with our facts. Numbers are doubles: `oldest_days > 30`, `balance * 2` and `items in [1, 2]` must just work. */
function environmentOf(facts: FactTable): Cel.Environment {
  const known = environments.get(facts);
  if (known !== undefined) return known;
  // Most configurations ask little: the engine is loaded for the first rule that is not simply `true`.
  const { Environment } = createRequire(import.meta.url)("@marcbachmann/cel-js") as typeof Cel;
  const environment = new Environment({ limits: LIMITS });
  for (const [name, { type }] of Object.entries(facts)) environment.registerVariable(name, TYPES[type]);
  const arithmetic = {
    "+": (a: number, b: number) => a + b,
    "-": (a: number, b: number) => a - b,
    "*": (a: number, b: number) => a * b,
    "/": (a: number, b: number) => a / b,
    "%": (a: number, b: number) => a % b,
  };
  for (const [sign, work] of Object.entries(arithmetic)) {
    const mixed = (a: number | bigint, b: number | bigint): number => work(Number(a), Number(b));
    environment.registerOperator(`double ${sign} int: double`, mixed);
    environment.registerOperator(`int ${sign} double: double`, mixed);
  }
  environment.registerOperator("double == int", (a: number, b: bigint) => a === Number(b));
  environment.registerOperator("double in list<int>", (a: number, list: readonly bigint[]) =>
    list.some((each) => a === Number(each)),
  );
  environments.set(facts, environment);
  return environment;
}

interface Found {
  readonly name: string;
  readonly offset: number;
}

/** Names of facts, of functions and behind `attr` that an expression uses. */
function namesIn(node: unknown): { facts: Found[]; functions: Found[]; attributes: Found[] } {
  const names = { facts: [] as Found[], functions: [] as Found[], attributes: [] as Found[] };
  const visit = (each: unknown): void => {
    if (Array.isArray(each)) return each.forEach(visit);
    if (typeof each !== "object" || each === null || !("op" in each) || !("args" in each)) return;
    const { op, args, start } = each as { op: string; args: unknown; start: number };
    if (op === "id") names.facts.push({ name: String(args), offset: start });
    if ((op === "call" || op === "rcall") && Array.isArray(args))
      names.functions.push({ name: String(args[0]), offset: start });
    const attribute = attributeIn(op, args);
    if (attribute !== null) names.attributes.push({ name: attribute, offset: start });
    visit(args);
  };
  visit(node);
  return names;
}

/** `attr.zone` and `attr["zone"]`; `"zone" in attr` asks whether there is one. */
function attributeIn(op: string, args: unknown): string | null {
  if ((op !== "." && op !== "[]") || !Array.isArray(args)) return null;
  const [of, name] = args as readonly unknown[];
  const { op: kind, args: fact } = (of ?? {}) as { op?: string; args?: unknown };
  if (kind !== "id" || fact !== "attr") return null;
  if (typeof name === "string") return name;
  const { op: literal, args: text } = (name ?? {}) as { op?: string; args?: unknown };
  return literal === "value" && typeof text === "string" ? text : null;
}

const typeName = (cel: string): string =>
  ({ double: "a number", int: "a number", string: "a text", bool: "true or false" })[cel] ?? cel;

interface CelError {
  readonly name: string;
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

function explain(text: string, error: CelError, facts: FactTable): RuleMistake {
  const { start, end } = error.range ?? { start: 0, end: text.length };
  const found = text.slice(start, end) || text;
  if (error.code === "unknown_variable") {
    const near = nearest(found, Object.keys(facts));
    return {
      code: "rule-unknown-fact",
      message: `there is no fact "${found}"`,
      offset: start,
      found,
      expected: `one of ${Object.keys(facts).join(", ")}`,
      fix: near === null ? `a text is written in double quotes: "${found}"` : `write ${near}`,
    };
  }
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(error.summary);
  if (overload !== null) {
    const [, left = "", sign = "", right = ""] = overload;
    return {
      code: "rule-type",
      message: `${sign} does not work between ${typeName(left)} and ${typeName(right)}`,
      offset: start,
      found,
      ...(right === "null" || left === "null" ? { fix: 'an unknown text is empty: compare with ""' } : {}),
    };
  }
  if (error.code === "limit_exceeded") return TOO_LONG;
  return {
    code: error.name === "ParseError" ? "rule-syntax" : "rule-type",
    message: `this rule cannot be read: ${error.summary.charAt(0).toLowerCase()}${error.summary.slice(1)}`,
    offset: start,
    found: text,
    expected: 'an expression such as balance > 1000 && country == "FR"',
    fix: "and is &&, or is ||, not is !, equal is ==; texts in double quotes; numbers without spaces",
  };
}

function predicate(run: (facts: Facts) => unknown, facts: FactTable): Predicate {
  const texts = Object.keys(facts).filter((name) => facts[name]?.type === "text");
  return (values) => {
    const known: Record<string, Facts[string]> = { ...values };
    for (const name of texts) known[name] ??= "";
    try {
      return run(known) === true;
    } catch {
      // A number that nobody knows yet, a column that this debtor does not have: the rule is not true.
      return false;
    }
  };
}

/**
 * Compiles a rule and checks it against the facts that it may ask. Its predicate never throws: a comparison with a
 * number that is not known, or with an `attr` that the debtor does not have, makes the rule false (unless another
 * part of an `||` decides it). Texts that are not known are "".
 */
export function compileRule(text: string, facts: FactTable): CompiledRule {
  const plain = text.trim();
  if (plain === "true" || plain === "false")
    return { rule: { text: plain, test: () => plain === "true", facts: [] }, attributes: [] };
  if (text.length > MAX_CHARACTERS) return { mistake: TOO_LONG };
  try {
    const parsed = environmentOf(facts).parse(text);
    const names = namesIn(parsed.ast);
    const refused = names.functions.find(({ name }) => REFUSED.includes(name));
    if (refused !== undefined) {
      const message = `${refused.name}() is not available in rules`;
      const fix = "use ==, in [..], contains(), startsWith() or endsWith()";
      return { mistake: { code: "rule-refused", message, offset: refused.offset, found: refused.name, fix } };
    }
    const checked = parsed.check();
    if (checked.error !== undefined) return { mistake: explain(text, checked.error, facts) };
    if (checked.type !== "bool") {
      const message = `this rule gives ${typeName(checked.type ?? "")}, not true or false`;
      const fix = `compare it: ${plain} ${checked.type === "string" ? '== "..."' : "> 0"}`;
      return {
        mistake: { code: "rule-type", message, offset: 0, found: plain, expected: "true or false", fix },
      };
    }
    const asked = [...new Set(names.facts.map(({ name }) => name))];
    return {
      rule: { text, test: predicate(parsed, facts), facts: asked },
      attributes: names.attributes,
    };
  } catch (error) {
    if (!(error instanceof Error && "summary" in error && "code" in error)) throw error;
    return { mistake: explain(text, error as unknown as CelError, facts) };
  }
}
