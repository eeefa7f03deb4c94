import { type Command, Option } from "commander";
import { type Act, examples } from "./command-options.ts";
import type { TestPageOptions } from "./commands/test-page.ts";
import { LETTER_LAYOUTS } from "./core/writer.ts";

export function wording(program: Command, act: Act): void {
  const language = (): Option =>
    new Option("--language <code>", "in this language").choices(["fr", "nl", "de", "en"]);
  const template = program.command("template").description("the texts");
  template
    .command("list", { isDefault: true })
    .description("every text and shared part, in which languages, and where it is the company's own")
    .addOption(language())
    .action((options: object) =>
      act("template list", async (context) =>
        (await import("./commands/template.ts")).templateList(context, options),
      ),
    );
  template
    .command("show")
    .description("the source of one text")
    .argument("<name>")
    .addOption(language())
    .action((name: string, options: object) =>
      act("template show", async (context) =>
        (await import("./commands/template.ts")).templateShow(context, name, options),
      ),
    );
  template
    .command("edit-copy")
    .description(
      "copy a shipped text or part into templates/ of the company folder, where it goes before the shipped one",
    )
    .argument("<name>")
    .addOption(language())
    .addHelpText(
      "after",
      examples("dunning template edit-copy firm --language nl", "dunning template edit-copy _signature"),
    )
    .action((name: string, options: object) =>
      act("template edit-copy", async (context) =>
        (await import("./commands/template.ts")).templateEditCopy(context, name, options),
      ),
    );
  template
    .command("preview")
    .description("one text or shared part as a debtor would get it, with made-up or real data")
    .argument("<name>")
    .addOption(language())
    .option("--debtor <id>", "with the data of this debtor")
    .addOption(new Option("--channel <channel>", "as").choices(["email", "letter", "registered-letter"]))
    .option("-o, --output <file>", "write the e-mail (.eml, .html) or letter (.pdf) there")
    .option("--open", "show it in the program that opens such files")
    .action((name: string, options: object) =>
      act("template preview", async (context) =>
        (await import("./commands/template-preview.ts")).templatePreview(context, name, options),
      ),
    );
  template
    .command("test-page")
    .description("the layout of letters drawn on one page, to try paper, printer and envelopes with")
    .addOption(new Option("--layout <name>", "in place of letters.layout").choices(LETTER_LAYOUTS))
    .option("-o, --output <file>", "the PDF", "test-page.pdf")
    .addHelpText(
      "after",
      examples("dunning template test-page", "dunning template test-page --layout be-left -o left.pdf"),
    )
    .action((options: TestPageOptions) =>
      act("template test-page", async (context) =>
        (await import("./commands/test-page.ts")).templateTestPage(context, options),
      ),
    );
}
