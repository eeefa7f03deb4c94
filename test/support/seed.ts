import * as fc from "fast-check";

// The same examples on every machine: a change is judged by what it changed. New ones: FC_SEED=random npm test.
const named = process.env.FC_SEED;
if (named !== "random") fc.configureGlobal({ seed: Number(named ?? 20_261_129) });
