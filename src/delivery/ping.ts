/** Longer than this nobody waits for a health check. */
const LIMIT_MS = 10_000;

/**
 * Tells a health-check service (healthchecks.io and its like) that a run begins (`<url>/start`) or how it ended
 * (`<url>/<exit>`). Sends nothing along and never throws: its failure changes nothing. True where it was heard.
 */
export async function ping(url: string, what: "start" | number, limitMs = LIMIT_MS): Promise<boolean> {
  const { origin, pathname, search } = new URL(url);
  try {
    const answer = await fetch(`${origin}${pathname.replace(/\/+$/, "")}/${what}${search}`, {
      signal: AbortSignal.timeout(limitMs),
      redirect: "manual",
      headers: { "user-agent": "dunning" },
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
