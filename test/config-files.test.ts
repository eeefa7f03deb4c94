import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkConfig, loadConfig } from "../src/config/config.ts";
import { MAX_BYTES } from "../src/config/yaml.ts";
import { formatProblem } from "../src/problem.ts";
import { changed, folderWith, SMALL } from "./support/config.ts";

function codes(text: string, files: Readonly<Record<string, string | Uint8Array>> = {}): string[] {
  return checkConfig(folderWith({ "dunning.yaml": text, ...files })).findings.map(({ code }) => code);
}

describe("files", () => {
  test("size: 1 MiB is read, one byte more is not", () => {
    const filled = `${SMALL}#`.padEnd(MAX_BYTES, "x");
    expect(codes(filled)).toEqual([]);
    expect(codes(`${filled}x`)).toEqual(["config-too-large"]);
  });

  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${"bcdefghi"
    .split("")
    .map((name, at) => `${name}: &${name} [${Array(9).fill(`*${"abcdefgh"[at]}`).join(", ")}]\n`)
    .join("")}`;
  test.each([
    { text: bomb, code: "yaml-alias", why: "an alias bomb" },
    { text: "a: &x 1\n", code: "yaml-alias", why: "an anchor alone" },
    { text: "a: { <<: *x }\n", code: "yaml-alias", why: "a merge" },
    { text: "version: 1\nversion: 1\n", code: "yaml-duplicate-key", why: "a key twice" },
    { text: "a: { b: 1, b: 2 }\n", code: "yaml-duplicate-key", why: "a key twice in braces" },
    { text: "version: !!js/function 'x'\n", code: "yaml-syntax", why: "a foreign tag" },
    { text: "version: 1\n---\nversion: 1\n", code: "yaml-syntax", why: "two documents" },
    { text: "\tversion: 1\n", code: "yaml-syntax", why: "a tab" },
    { text: "[a]: 1\n", code: "yaml-syntax", why: "a key that is no text" },
    { text: "[".repeat(50_000), code: "yaml-syntax", why: "50,000 levels" },
    { text: "", code: "wrong-type", why: "an empty file" },
    { text: "- a\n", code: "wrong-type", why: "a list" },
    { text: "__proto__: { x: 1 }\n", code: "unknown-key", why: "a name with a meaning in JavaScript" },
  ])("$why: $code", ({ text, code }) => {
    expect(codes(text)).toContain(code);
  });

  test("byte order mark and Windows line ends do not matter", () => {
    expect(codes(`\ufeff${SMALL.replaceAll("\n", "\r\n")}`)).toEqual([]);
  });

  test("an account number keeps its zeros, or is refused", () => {
    const folder = folderWith({
      "dunning.yaml": changed("  email:", '  enterprise_number: "012"\n  email:'),
    });
    expect(loadConfig(folder).company.enterpriseNumber).toBe("012");
    expect(codes(changed("  email:", "  enterprise_number: 012\n  email:"))).toEqual(["wrong-type"]);
  });

  test("no folder, no file", () => {
    expect(checkConfig(join(folderWith({}), "nowhere")).findings[0]?.code).toBe("config-missing");
    expect(() => loadConfig(folderWith({}))).toThrow(expect.objectContaining({ exit: 66 }) as Error);
  });

  test("a folder called dunning.yaml is none", () => {
    expect(checkConfig(folderWith({ "dunning.yaml/x": "" })).findings[0]?.code).toBe("config-missing");
  });

  test.each(["a\\0b", "dunning.yaml/logo.png", "."])("a logo at %j is not there", (logo) => {
    const found = codes(changed("  signatory", `  logo: "${logo}"\n  signatory`));
    expect(found).toContain("missing-file");
  });

  test("a password is refused and never repeated", () => {
    const text = `${SMALL}email: { smtp: { host: smtp.exemple.test, password: s3same-ouvre-toi } }\n`;
    const { findings } = checkConfig(folderWith({ "dunning.yaml": text }));
    expect(findings.map(({ code }) => code)).toEqual(["password-in-config"]);
    expect(JSON.stringify(findings)).not.toContain("s3same");
  });

  test.each([
    'smtp: "smtp://compta:s3same@smtp.exemple.test"',
    'smtp: { host: "smtp://compta:s3same@smtp.exemple.test" }',
    "password: s3same",
    "smtp: { host: a.test, pass: s3same }",
  ])("nor is the one in %s", (mail) => {
    const { findings } = checkConfig(folderWith({ "dunning.yaml": `${SMALL}email: { ${mail} }\n` }));
    expect(findings).toHaveLength(1);
    expect(JSON.stringify(findings)).not.toContain("s3same");
  });

  test("what stands in the file cannot steer a terminal, nor fill it", () => {
    const text = `${SMALL}"\\x1b[2Jkey": 1\n${"k".repeat(1000)}: 1\nimport: { profile: "\\x1b[31m" }\n`;
    const { findings } = checkConfig(folderWith({ "dunning.yaml": text }));
    expect(findings.length).toBeGreaterThanOrEqual(3);
    const shown = findings.map(formatProblem);
    expect(shown.join("")).not.toMatch(/[^\P{Cc}\n]/u);
    expect(Math.max(...shown.map((each) => each.length))).toBeLessThan(1500);
  });

  test("the mail server's files are asked for only when mail is sent", () => {
    const smtp = "smtp: { host: smtp.exemple.test, password_file: secret }";
    expect(codes(`${SMALL}email: { ${smtp} }\n`)).toEqual([]);
    expect(codes(`${SMALL}email: { transport: smtp, ${smtp} }\n`)).toEqual(["missing-file"]);
    expect(codes(`${SMALL}email: { transport: smtp, ${smtp} }\n`, { secret: "x" })).toEqual([]);
  });

  test.each([
    { bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1], code: [] },
    { bytes: [0xff, 0xd8, 0xff, 0xe0], code: [] },
    { bytes: [0x89, 0x50, 0x4e, 0x47], code: ["bad-logo"] },
    { bytes: [], code: ["bad-logo"] },
  ])("logo $bytes: $code", ({ bytes, code }) => {
    const text = changed("  signatory", "  logo: logo.png\n  signatory");
    expect(codes(text, { "logo.png": Uint8Array.from(bytes) })).toEqual(code);
  });
});
