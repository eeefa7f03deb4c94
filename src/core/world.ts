import { chargedBy } from "./action-charges.ts";
import { isConfirmation } from "./confirmation.ts";
import type { PlanningDay } from "./planning-day.ts";
import { decided } from "./promise.ts";
import { cycleEnded } from "./snapshot.ts";
import type {
  Action,
  ActionItem,
  Agreements,
  Cents,
  Contact,
  Currency,
  Day,
  DebtorId,
  Dossier,
  ItemKey,
  Ledger,
  OpenItem,
  PromiseToPay,
  Task,
} from "./types.ts";

/** What a store would hold, in memory, for foresight and for proofs: records actions as if every message had left and every task was listed. */
export interface World {
  readonly ledgers: () => readonly Ledger[];
  readonly carryOut: (actions: readonly Action[], today: Day) => void;
  /** Decides the open approvals of a step, or the doubt about our own side (`own-side`); false where there is none. */
  readonly decide: (debtor: DebtorId, stepId: string, state: "granted" | "rejected", today: Day) => boolean;
  /** A payment that the balance of `today` shows: part of an item, or all of it. */
  readonly pay: (debtor: DebtorId, item: ItemKey, amount: Cents, today: Day) => void;
  /** A document that the balance of a day shows for the first time, in the dossier of its currency. */
  readonly arrive: (debtor: DebtorId, item: OpenItem) => void;
  /** A newer balance of a debtor: its items and cycle, with what has been told of them here. */
  readonly balance: (ledger: Ledger) => void;
  readonly change: (debtor: DebtorId, over: Partial<Ledger["debtor"]>) => void;
  /** What a person settles with a debtor, or about one, in one currency. */
  readonly agree: (
    debtor: DebtorId,
    currency: Currency,
    over: (dossier: Dossier) => Partial<Agreements>,
  ) => void;
  /** Keeps what the balance of `today` shows of promises, as a run does before it plans. */
  readonly settlePromises: (
    day: PlanningDay,
  ) => readonly { readonly debtor: DebtorId; readonly promise: PromiseToPay }[];
  /** Calls and visits that wait are made and logged: those after broken promises, or all of them. */
  readonly speak: (debtor: DebtorId, today: Day, which?: "broken-promise" | "all") => boolean;
  /** Levels as they were recorded, in order. */
  readonly told: readonly {
    readonly item: ItemKey;
    readonly currency: Currency;
    readonly cycle: number;
    readonly level: number;
    readonly day: Day;
  }[];
}

export function world(start: readonly Ledger[]): World {
  const ledgers = new Map(start.map((ledger) => [ledger.debtor.id, ledger]));
  const told: World["told"][number][] = [];
  const taskIds = new Set<string>();
  const listedFor = new Map<string, Action>();

  const edit = (debtor: DebtorId, currency: Currency | null, work: (dossier: Dossier) => Dossier): void => {
    const ledger = ledgers.get(debtor);
    if (ledger === undefined) throw new Error(`no debtor ${debtor}`);
    const dossiers = ledger.dossiers.map((each) =>
      currency === null || each.currency === currency ? work(each) : each,
    );
    ledgers.set(debtor, { ...ledger, dossiers });
  };

  const unusedId = (base: string): string => {
    let id = base;
    for (let n = 2; taskIds.has(id); n++) id = `${base}-${n}`;
    taskIds.add(id);
    return id;
  };

  const listTask = (dossier: Dossier, action: Action, today: Day): Dossier => {
    const kind = action.task;
    if (kind === null) throw new Error(`action ${action.id} lists no task`);
    const added: Task = {
      id: unusedId(action.id),
      kind,
      step: action.step,
      cycle: action.cycle,
      listed: today,
      state: "open",
      maximum: kind === "approval" ? action.claimed : null,
      decided: null,
      reason: null,
    };
    listedFor.set(added.id, action);
    const others = dossier.tasks.map((task) => (isOpen(task, kind, action.step) ? expired(task) : task));
    return { ...dossier, tasks: [...others, added] };
  };

  const record = ({ items, currency, cycle }: Action, day: Day): void => {
    for (const { key, level } of items)
      if (level !== null) told.push({ item: key, currency, cycle, level, day });
  };

  const send = (dossier: Dossier, action: Action, today: Day): Dossier => {
    record(action, today);
    const lines = new Map(action.items.map((line) => [line.key, line]));
    return {
      ...dossier,
      items: dossier.items.map((item) => chargedBy(toldBy(item, lines.get(item.key), action), action, today)),
      contacts: [...dossier.contacts, contactOf(action, today)],
      tasks: dossier.tasks.map((task) =>
        isOpen(task, "call", action.step) ||
        isOpen(task, "visit", action.step) ||
        // As in the store: the scenario went on without the call.
        (action.level !== null && isOpen(task, "call", "broken-promise"))
          ? expired(task)
          : task,
      ),
    };
  };

  const spokenOf = (dossier: Dossier, task: Task, today: Day): Dossier => {
    const tasks = dossier.tasks.map((each) =>
      each === task ? { ...each, state: "done" as const, decided: today } : each,
    );
    const action = listedFor.get(task.id);
    // A task of the store that no action of this world has listed: what it was about is not known here.
    if (action === undefined) return { ...dossier, tasks };
    record(action, today);
    const lines = new Map(action.items.map((line) => [line.key, line]));
    const items = dossier.items.map((item) =>
      action.level === null ? item : toldBy(item, lines.get(item.key), action),
    );
    const spoken = { ...contactOf(action, today), automatic: false, deadline: null };
    return { ...dossier, items, tasks, contacts: [...dossier.contacts, spoken] };
  };

  return {
    ledgers: () => [...ledgers.values()],
    told,
    carryOut: (actions, today) => {
      for (const action of actions) {
        const work = action.state === "due" ? send : listTask;
        edit(action.debtor, action.currency, (dossier) => work(dossier, action, today));
      }
    },
    decide: (debtor, stepId, state, today) => {
      let found = false;
      edit(debtor, null, (dossier) => ({
        ...dossier,
        tasks: dossier.tasks.map((task) => {
          if (!isOpen(task, "approval", stepId) && !isOpen(task, "own-side", stepId)) return task;
          found = true;
          return { ...task, state, decided: today };
        }),
      }));
      return found;
    },
    pay: (debtor, key, amount, today) => {
      edit(debtor, null, (dossier) =>
        dossier.items.some((item) => item.key === key) ? paid(dossier, key, amount, today) : dossier,
      );
    },
    agree: (debtor, currency, over) => {
      edit(debtor, currency, (dossier) => ({ ...dossier, ...over(dossier) }));
    },
    settlePromises: (day) => {
      const found: { debtor: DebtorId; promise: PromiseToPay }[] = [];
      for (const [id, ledger] of ledgers) {
        const after = decided(day, ledger);
        // As in the store: what is still open is worked out anew each day.
        const dossiers = ledger.dossiers.map((dossier, at) => ({
          ...dossier,
          promises: dossier.promises.map((promise, n) => {
            const now = after.dossiers[at]?.promises[n] ?? promise;
            if (promise.state !== "open" || now.state === "open") return promise;
            found.push({ debtor: id, promise: now });
            return now;
          }),
        }));
        ledgers.set(id, { ...ledger, dossiers });
      }
      return found;
    },
    speak: (debtor, today, which = "broken-promise") => {
      let found = false;
      edit(debtor, null, (dossier) => {
        const open = dossier.tasks.filter(
          (task) =>
            isOpen(task, "call", "broken-promise") ||
            (which === "all" && task.state === "open" && (task.kind === "call" || task.kind === "visit")),
        );
        found ||= open.length > 0;
        return open.reduce((all, task) => spokenOf(all, task, today), dossier);
      });
      return found;
    },
    arrive: (debtor, item) => {
      edit(debtor, item.currency, (dossier) => ({ ...dossier, items: [...dossier.items, item] }));
    },
    balance: (ledger) => {
      const before = ledgers.get(ledger.debtor.id);
      ledgers.set(ledger.debtor.id, before === undefined ? ledger : withTold(ledger, before));
    },
    change: (debtor, over) => {
      const ledger = ledgers.get(debtor);
      if (ledger !== undefined) ledgers.set(debtor, { ...ledger, debtor: { ...ledger.debtor, ...over } });
    },
  };
}

/** Levels by item, contacts and tasks by currency, from what was known before. */
function withTold(ledger: Ledger, before: Ledger): Ledger {
  const items = new Map(before.dossiers.flatMap((dossier) => dossier.items).map((item) => [item.key, item]));
  const dossiers = ledger.dossiers.map((dossier) => {
    const own = before.dossiers.find(({ currency }) => currency === dossier.currency);
    return {
      ...dossier,
      items: dossier.items.map((item) => {
        const told = items.get(item.key);
        if (told === undefined) return item;
        const { level, courtesyFor, charged, notice } = told;
        const compensated = told.compensated === true ? { compensated: true } : {};
        return { ...item, level, courtesyFor, charged, ...compensated, notice };
      }),
      contacts: own?.contacts ?? [],
      tasks: own?.tasks ?? [],
    };
  });
  // All paid: its contacts still count for what comes.
  const gone = before.dossiers.filter(({ currency }) => !dossiers.some((each) => each.currency === currency));
  return { ...ledger, dossiers: [...dossiers, ...gone.map((each) => ({ ...each, items: [] }))] };
}

const isOpen = (task: Task, kind: Task["kind"], stepId: string): boolean =>
  task.state === "open" && task.kind === kind && task.step === stepId;

const expired = (task: Task): Task => ({ ...task, state: "expired" });

function toldBy(item: OpenItem, line: ActionItem | undefined, action: Action): OpenItem {
  if (line === undefined || line.role === "credit") return item;
  if (action.level === null) return { ...item, courtesyFor: item.due };
  return line.level === null ? item : { ...item, level: Math.max(item.level, line.level) };
}

function contactOf(action: Action, today: Day): Contact {
  const { scenario, step, level, channel, deadline, finalWarning, formalNotice, cycle } = action;
  return {
    scenario,
    step,
    level,
    channel,
    day: today,
    deadline,
    finalWarning,
    formalNotice,
    cycle,
    automatic: !isConfirmation(action),
    items: action.items.filter(({ role }) => role !== "credit").map(({ key }) => key),
  };
}

function paid(dossier: Dossier, key: ItemKey, amount: Cents, today: Day): Dossier {
  const after = dossier.items
    .map((item) => (item.key === key ? { ...item, open: (item.open - amount) as Cents } : item))
    .filter((item) => item.open !== 0);
  const whole = !after.some((item) => item.key === key);
  const ended = cycleEnded(dossier.items, after, today);
  return {
    ...dossier,
    items: after,
    cycle: ended ? dossier.cycle + 1 : dossier.cycle,
    partPaid: ended ? null : whole ? dossier.partPaid : today,
  };
}
