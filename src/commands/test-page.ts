import { checkConfig } from "../config/config.ts";
import type { Context, Outcome } from "../context.ts";
import type { LETTER_LAYOUTS } from "../core/writer.ts";
import { EXIT } from "../problem.ts";
import { SAMPLE_COMPANY } from "../render/sample.ts";
import { dayIn } from "./company.ts";
import { refuseEnding, writeOutput } from "./output-file.ts";

export interface TestPageOptions {
  readonly layout?: (typeof LETTER_LAYOUTS)[number];
  readonly output: string;
}

/** `dunning template test-page`: the layout of letters drawn on one page, to print, fold and put into an envelope. */
export async function templateTestPage(context: Context, options: TestPageOptions): Promise<Outcome> {
  const { globals, home, out } = context;
  refuseEnding(options.output, ".pdf");
  const { loaded } = checkConfig(globals.dir, { home });
  const { name, stationery, language } = loaded?.company ?? SAMPLE_COMPANY;
  const today = globals.asOf ?? dayIn(loaded?.config.company.timezone ?? "Europe/Paris", context.now());
  const shown = options.layout === undefined ? stationery : { ...stationery, layout: options.layout };
  const { testPage } = await import("../render/test-page.ts");
  const bytes = await testPage({ name, stationery: shown }, { home, language, today });
  const file = await writeOutput(context, options.output, bytes);
  out.say(`Print it at 100 %, fold it at the marks, put it into the envelope: ${file}`);
  return {
    exit: EXIT.done,
    ...(loaded === null ? {} : { company: loaded.company.name }),
    asOf: today,
    document: { layout: shown.layout, file },
  };
}
