/** Keys that are part of the contract, of which this version can do nothing yet; `*` stands for a name or a number. */
export const LATER_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": ["cleanup", "outside_help"],
  letters: ["confirm_posted"],
};
