/** How a word that texts may use is described. */

export const text = (about: string, example: string) =>
  ({ kind: "text", about, example, optional: false }) as const;
/** May be empty: a text asks with `{{#if}}`. */
export const maybe = (about: string, example: string) =>
  ({ kind: "text", about, example, optional: true }) as const;
export const flag = (about: string) => ({ kind: "flag", about }) as const;
