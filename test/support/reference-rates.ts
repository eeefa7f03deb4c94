import { shippedRates } from "../../src/config/rates.ts";
import { RATE_KINDS, rateText } from "../../src/core/rates.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** docs/reference/rates.md: every rate that comes with the program, with its source. */
export function ratesPage(root: string, generated: string): string {
  const rows = shippedRates(root);
  const sections = RATE_KINDS.map(({ country, kind, about, period, published, reference }) => {
    const own = rows.filter((row) => row.country === country && row.kind === kind);
    const lines = own.map(
      ({ from, until, rate, source, verified }) =>
        `| ${from} | ${until ?? ""} | ${rateText(rate)} | ${verified ? "yes" : "**no**"} | ${cell(source)} |`,
    );
    const holds =
      period === null ? "" : ` A published one holds for a ${period === "year" ? "year" : "half-year"}.`;
    const use = reference === true ? " Kept to check others against: no claim is worked out with it." : "";
    const head = "| from | until | % a year | proof | source |\n| --- | --- | ---: | --- | --- |";
    return `## ${country} ${kind}\n\n${about}.${holds}${use}\nPublished: ${published}.\n\n${head}\n${lines.join("\n")}`;
  });
  const seen = rows[0]?.seen ?? "";
  const intro = `# Rates

The yearly rates that come with the program (\`assets/rates.json\`), all read on ${seen}. A row without proof counts only once you have
confirmed it (\`dunning rates confirm\`); a day that no row covers has no rate, and its interest is left out. Your own rates stand in
\`rates.yaml\` and go before these. How they are used: [interest and compensation](../how-to/interest-and-compensation.md).`;
  return `${generated}\n${intro}\n\n${sections.join("\n\n")}\n`;
}
