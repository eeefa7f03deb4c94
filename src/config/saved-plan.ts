import * as z from "zod/mini";

/** What somebody looked through: enough to say later what has changed. */
const schema = z.object({
  schema: z.literal("dunning/plan/1"),
  hash: z.string(),
  today: z.string(),
  actions: z.array(
    z.object({
      id: z.string(),
      debtor: z.string(),
      step: z.string(),
      channel: z.string(),
      to: z.nullable(z.string()),
      currency: z.string(),
      total: z.string(),
      state: z.string(),
    }),
  ),
});
export type SavedPlan = z.infer<typeof schema>;

/** Throws where the text is no saved plan. */
export const savedPlanIn = (text: string): SavedPlan => schema.parse(JSON.parse(text));
