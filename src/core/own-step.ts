import type { Step } from "./types.ts";

/** A step that no scenario has: of a campaign, after a broken promise, for a matter that a person settles. */
export const ownStep = (id: string, over: Partial<Step> = {}): Step => ({
  id,
  // Nothing is told: the stage of the scenario stays where it is.
  level: null,
  day: 0,
  channel: "letter",
  templates: [],
  when: null,
  gap: null,
  deadline: null,
  timeout: null,
  fallback: null,
  finalWarning: false,
  formalNotice: false,
  approve: false,
  skipAfter: null,
  senders: [],
  addressees: [],
  onBrokenPromise: null,
  charges: "none",
  attach: [],
  ...over,
});
