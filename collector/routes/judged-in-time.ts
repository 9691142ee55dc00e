import { Problem } from './problem.ts';

/** Half the time after which a silent connection is cut (server.ts): who asks gets an answer. */
export const JUDGING_WAIT_MS = 30_000;

/** After a start ten thousand nodes take a minute. */
const RETRY_SECONDS = 15;

/** What is judged; while that takes longer, as after a start, a problem says to come again. */
export async function judgedInTime<T>(
  cluster: string,
  judged: Promise<T>,
  waitMs: number,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const detail = `the reports of "${cluster}" are still being judged; ask again soon`;
      reject(new Problem('judging', detail, { retryAfterSeconds: RETRY_SECONDS }));
    }, waitMs);
  });
  try {
    return await Promise.race([judged, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
