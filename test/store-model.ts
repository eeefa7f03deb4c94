import { classify, cycleEnded, levelsSurvive } from "../src/core/snapshot.ts";
import { matchTwins } from "../src/core/twins.ts";
import type { Cents, Day, IncomingItem, ItemType } from "../src/core/types.ts";

/** A store as plain lists: slow, simple, and what the real one must equal. */

interface ModelItem {
  readonly debtor: string;
  readonly number: string;
  readonly issued: string;
  readonly currency: string;
  readonly ordinal: number;
  type: ItemType;
  due: Day | null;
  dueDerived: boolean;
  original: Cents | null;
  mark: IncomingItem["mark"];
  open: Cents;
  state: "open" | "settled";
  settledOn: Day | null;
  life: number;
}

export interface ModelSnapshot {
  readonly asOf: Day;
  readonly rows: readonly IncomingItem[];
  /** Debtors with rows that could not be read. */
  readonly rejected: readonly string[];
}

export interface Content {
  readonly items: readonly string[];
  readonly dossiers: readonly string[];
  readonly debtors: readonly string[];
}

const dossierOf = ({ debtor, currency }: { debtor: string; currency: string }): string =>
  `${debtor} ${currency}`;

function groupsOf(rows: readonly IncomingItem[]): Map<string, IncomingItem[]> {
  const groups = new Map<string, IncomingItem[]>();
  for (const row of rows) {
    const key = JSON.stringify([
      row.debtor,
      row.number,
      row.issued ?? "",
      row.currency,
      row.type === "balance",
    ]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** The two parts of a claim without invoices, each added up. */
function claims(rows: readonly IncomingItem[]): { row: IncomingItem; ordinal: number }[] {
  return [-1, -2].flatMap((ordinal) => {
    const part = rows.filter((row) => (row.due === null ? -2 : -1) === ordinal);
    const [first] = part;
    if (first === undefined) return [];
    const open = part.reduce((sum, row) => sum + row.open, 0) as Cents;
    const due = part.map((row) => row.due).reduce((a, b) => (a !== null && b !== null && b < a ? b : a));
    const summed = {
      ...first,
      open,
      due,
      dueDerived: part.some((row) => row.dueDerived),
      original: null,
      mark: lastMark(part),
    };
    return [{ row: part.length === 1 ? first : summed, ordinal }];
  });
}

/** As the store adds rows up: the last in the alphabet. */
function lastMark(rows: readonly IncomingItem[]): IncomingItem["mark"] {
  return rows.map(({ mark }) => mark).reduce((a, b) => ((a ?? "") > (b ?? "") ? a : b));
}

function smallest(texts: readonly (string | null | undefined)[]): string | null {
  return texts.reduce<string | null>((least, text) => {
    if (text == null || text === "") return least;
    return least === null || text < least ? text : least;
  }, null);
}

export class Model {
  readonly #items: ModelItem[] = [];
  readonly #dossiers = new Map<string, { cycle: number; partPaid: Day | null }>();
  readonly #debtors = new Map<string, { firstSeen: Day; name: string; email: string | null }>();

  static of(snapshots: readonly ModelSnapshot[]): Model {
    const model = new Model();
    for (const snapshot of snapshots) model.#apply(snapshot);
    return model;
  }

  #placed(rows: readonly IncomingItem[]): { row: IncomingItem; ordinal: number }[] {
    return [...groupsOf(rows).values()].flatMap((group) => {
      const first = group[0] as IncomingItem;
      if (first.type === "balance") return claims(group);
      const known = this.#items
        .filter((item) => item.debtor === first.debtor && item.number === first.number)
        .filter(
          (item) =>
            item.issued === (first.issued ?? "") && item.currency === first.currency && item.ordinal >= 0,
        )
        .map((item) => ({ ...item, settled: item.state === "settled" }));
      const ordinals = matchTwins(known, group, first.number !== "");
      return group.map((row, at) => ({ row, ordinal: ordinals[at] as number }));
    });
  }

  #find(row: IncomingItem, ordinal: number): ModelItem | undefined {
    return this.#items.find(
      (item) =>
        item.debtor === row.debtor &&
        item.number === row.number &&
        item.issued === (row.issued ?? "") &&
        item.currency === row.currency &&
        item.ordinal === ordinal,
    );
  }

  #take(row: IncomingItem, ordinal: number, asOf: Day): { item: ModelItem | null; partPaid: boolean } {
    const item = this.#find(row, ordinal);
    const { type, due, dueDerived, original, open, mark } = row;
    if (item === undefined) {
      if (open === 0) return { item: null, partPaid: false };
      const { debtor, number, currency } = row;
      const identity = { debtor, number, issued: row.issued ?? "", currency, ordinal };
      const fresh = {
        ...identity,
        type,
        due,
        dueDerived,
        original,
        mark,
        open,
        state: "open",
        settledOn: null,
        life: 1,
      } as const;
      this.#items.push({ ...fresh });
      return { item: this.#items.at(-1) ?? null, partPaid: false };
    }
    const { kind } = classify({ ...item, settled: item.state === "settled" }, row);
    if (kind === "unchanged") return { item, partPaid: false };
    if (kind === "reopened" && item.settledOn !== null && !levelsSurvive(item.settledOn, asOf)) item.life++;
    Object.assign(item, { type, due, dueDerived, original, open, mark });
    item.state = kind === "settled" ? "settled" : "open";
    item.settledOn = kind === "settled" ? asOf : null;
    return { item, partPaid: kind === "part-paid" };
  }

  #apply({ asOf, rows, rejected }: ModelSnapshot): void {
    this.#learn(rows, asOf);
    const openOf = (): Map<string, { open: Cents; due: Day | null }[]> => {
      const open = new Map<string, { open: Cents; due: Day | null }[]>();
      for (const item of this.#items.filter(({ state }) => state === "open")) {
        open.set(dossierOf(item), [...(open.get(dossierOf(item)) ?? []), { open: item.open, due: item.due }]);
      }
      return open;
    };
    const before = openOf();
    const seen = new Set<ModelItem>();
    const partPaid = new Set<string>();
    for (const { row, ordinal } of this.#placed(rows)) {
      const taken = this.#take(row, ordinal, asOf);
      if (taken.item !== null) seen.add(taken.item);
      if (taken.partPaid) partPaid.add(dossierOf(row));
    }
    for (const item of this.#items) {
      if (item.state !== "open" || seen.has(item) || rejected.includes(item.debtor)) continue;
      item.state = "settled";
      item.settledOn = asOf;
    }
    const after = openOf();
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const { cycle, partPaid: since } = this.#dossiers.get(key) ?? { cycle: 1, partPaid: null };
      const ended = cycleEnded(before.get(key) ?? [], after.get(key) ?? [], asOf);
      const paid = partPaid.has(key) ? asOf : since;
      this.#dossiers.set(key, ended ? { cycle: cycle + 1, partPaid: null } : { cycle, partPaid: paid });
    }
  }

  #learn(rows: readonly IncomingItem[], asOf: Day): void {
    for (const id of new Set(rows.map(({ debtor }) => debtor))) {
      const own = rows.filter(({ debtor }) => debtor === id);
      const known = this.#debtors.get(id) ?? { firstSeen: asOf, name: "", email: null };
      const name = smallest(own.map((row) => row.name)) ?? known.name;
      const email = smallest(own.map((row) => row.master?.["email"])) ?? known.email;
      this.#debtors.set(id, { ...known, name, email });
    }
  }

  content(): Content {
    return {
      items: this.#items
        .map((item) =>
          JSON.stringify([
            item.debtor,
            item.number,
            item.issued,
            item.currency,
            item.type,
            item.due,
            item.dueDerived ? 1 : 0,
            item.original,
            item.open,
            item.state,
            item.settledOn,
            item.life,
            item.mark,
          ]),
        )
        .sort(),
      dossiers: [...this.#dossiers]
        .filter(([, { cycle, partPaid }]) => cycle > 1 || partPaid !== null)
        .map(([key, { cycle, partPaid }]) => JSON.stringify([...key.split(" "), cycle, partPaid]))
        .sort(),
      debtors: [...this.#debtors]
        .map(([id, { firstSeen, name, email }]) => JSON.stringify([id, firstSeen, name, email]))
        .sort(),
    };
  }
}
