import { HostError } from './host.ts';

/**
 * What `work` gives, or a `timed_out` failure after `timeoutMs`. A system call cannot be taken
 * back: `work` may go on in the background, and what it gives then is dropped.
 */
export async function within<T>(timeoutMs: number, source: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new HostError('timed_out', source, `${source}: no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
