import { erp } from "./erp.ts";
import type { Layout } from "./layout.ts";
import { ledgerSystems } from "./ledger-systems.ts";
import { smallBusiness } from "./small-business.ts";

/** The master ledger in every layout for which a profile is built in. */
export const layouts = (): Layout[] => [...smallBusiness(), ...erp(), ...ledgerSystems()];
