import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { gzipSync } from 'node:zlib';
import { CommandError, type ExitName } from '../shared/exit.ts';
import { readEntry, removeEntry, type Spool, setAside, spoolEntries } from './spool.ts';

/** Where reports go and how. Secrets come from files, never from arguments. */
export interface Delivery {
  /** base URL of the collector, http only for loopback */
  collector: string;
  tokenFile: string;
  /** PEM of the CA to trust instead of the system's */
  caFile?: string;
}

export interface DeliveryResult {
  delivered: number;
  /** entries that were unreadable or that the collector refused for good, with the reason */
  aside: { entry: string; reason: string }[];
  left: number;
  exit: ExitName;
  /** why entries are left; null when none are */
  reason: string | null;
}

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const ATTEMPTS = 3;
/** Full jitter between nothing and this, doubled at each attempt. */
const FIRST_DELAY_MS = 500;

/** The refusals of a report that no later attempt would change; a clock error is not one. */
const HOPELESS = ['invalid_report', 'too_large'];

interface Answer {
  status: number;
  text: string;
  retryAfter: string | null;
}

/** Delivers what the spool holds, oldest first; an entry goes only after its acknowledgement. */
export async function deliver(
  spool: Spool,
  delivery: Delivery,
  random: () => number,
): Promise<DeliveryResult> {
  const post = await poster(delivery);
  const result: DeliveryResult = { delivered: 0, aside: [], left: 0, exit: 'open', reason: null };
  for (const entry of await spoolEntries(spool)) {
    const body = await readEntry(spool, entry);
    if (!isJson(body)) {
      await setAside(spool, entry);
      result.aside.push({ entry, reason: 'not JSON: the file is damaged' });
      continue;
    }
    const answer = await attempt(() => post(body), random);
    if (answer instanceof Error)
      return ended(spool, { ...result, exit: 'unavailable', reason: answer.message });
    if (answer.status === 200 || answer.status === 201) {
      await removeEntry(spool, entry);
      result.delivered += 1;
    } else if (HOPELESS.includes(problemCode(answer))) {
      await setAside(spool, entry);
      result.aside.push({ entry, reason: describe(answer) });
    } else {
      const denied = answer.status === 401 || answer.status === 403;
      const exit = denied ? 'noPermission' : 'tryAgain';
      return ended(spool, { ...result, exit, reason: describe(answer) });
    }
  }
  return result.aside.length > 0 ? { ...result, exit: 'badData' } : result;
}

async function ended(spool: Spool, result: DeliveryResult): Promise<DeliveryResult> {
  return { ...result, left: (await spoolEntries(spool)).length };
}

/** Tries again on no answer, 429 and 5xx, with full jitter; `Retry-After` above it ends the run. */
async function attempt(post: () => Promise<Answer>, random: () => number): Promise<Answer | Error> {
  let last: Answer | Error = new Error('not tried');
  for (let round = 0; round < ATTEMPTS; round++) {
    if (round > 0) await pause(random() * FIRST_DELAY_MS * 2 ** round);
    last = await post().catch((error: unknown) =>
      error instanceof Error ? error : new Error(String(error)),
    );
    if (last instanceof Error) continue;
    if (last.status < 500 && last.status !== 429) return last;
    if (last.retryAfter !== null) return last;
  }
  return last;
}

async function poster(delivery: Delivery): Promise<(body: string) => Promise<Answer>> {
  const url = collectorUrl(delivery.collector);
  const token = (await readGiven(delivery.tokenFile, 'the token')).trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const expected = 'expected one word, as "muster token create" prints it';
    throw new CommandError('badConfiguration', `${delivery.tokenFile}: no token; ${expected}`);
  }
  const ca = delivery.caFile ? await readGiven(delivery.caFile, 'the CA certificate') : undefined;
  return (body) => send({ url, token, ca }, gzipSync(body));
}

interface Target {
  url: URL;
  token: string;
  ca: string | undefined;
}

function send(target: Target, body: Buffer): Promise<Answer> {
  const request = target.url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      target.url,
      {
        method: 'POST',
        headers: {
          authorization: `Bearer ${target.token}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'content-length': body.length,
        },
        timeout: REQUEST_TIMEOUT_MS,
        ...(target.ca === undefined ? {} : { ca: target.ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_ANSWER_BYTES) sent.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            retryAfter: response.headers['retry-after'] ?? null,
          }),
        );
      },
    );
    // the option above only watches for silence; this bounds the whole exchange
    const limit = setTimeout(() => sent.destroy(new Error('timed out')), REQUEST_TIMEOUT_MS);
    sent.on('timeout', () => sent.destroy(new Error('timed out')));
    sent.on('close', () => clearTimeout(limit));
    sent.on('error', (cause) =>
      reject(new Error(`delivering to ${target.url.origin}: ${cause.message}`, { cause })),
    );
    sent.end(body);
  });
}

function collectorUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new CommandError('usage', `--collector: expected a URL, found "${text}"`);
  }
  const url = new URL('/api/v1/reports', text);
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return url;
  throw new CommandError(
    'usage',
    `--collector: expected https, or http to a loopback address, found "${text}"`,
  );
}

async function readGiven(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('noInput', `reading ${what}: ${reason}`, cause);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** The stable `code` of the collector's problem details; empty when it sent none. */
function problemCode(answer: Answer): string {
  if (!isJson(answer.text)) return '';
  const body: unknown = JSON.parse(answer.text);
  if (typeof body !== 'object' || body === null || !('code' in body)) return '';
  return String(body.code);
}

function describe(answer: Answer): string {
  const retry = answer.retryAfter === null ? '' : ` (retry after ${answer.retryAfter})`;
  return `the collector answered ${answer.status}${retry}: ${answer.text.slice(0, 300)}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
