import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { z } from 'zod';
import { CommandError, type ExitName } from '../shared/exit.ts';
import { visible } from '../shared/render/safe.ts';

/** A collector and the cluster asked of it. */
export interface ClusterAddress {
  collector: string;
  token: string;
  cluster: string;
  /** PEM to trust instead of the system's */
  ca: string | undefined;
}

const TIMEOUT_MS = 60_000;
/** 10,000 reports of 40 kB, and some air. */
const MAX_BYTES = 512 * 1024 * 1024;

/** What is asked of a cluster; without a method it is only read. */
export interface Asking {
  method?: 'POST' | 'DELETE';
  /** below the address of the cluster */
  path: string;
  body?: object;
}

/** The newest report of each node of a cluster, the policy text and the waivers it keeps. */
export async function fetchCluster(address: ClusterAddress): Promise<unknown> {
  return askCluster(address, { path: '/reports' });
}

/** What the collector answers of a cluster; what it refuses is an error that says why. */
export async function askCluster(address: ClusterAddress, asking: Asking): Promise<unknown> {
  if (!URL.canParse(address.collector)) {
    throw new CommandError('usage', `--collector: expected a URL, found "${address.collector}"`);
  }
  const path = `/api/v1/clusters/${encodeURIComponent(address.cluster)}${asking.path}`;
  const url = new URL(path, address.collector);
  const answer = await exchange(url, address, asking);
  if (answer.status === 204) return null;
  if (answer.status !== 200 && answer.status !== 201) throw refused(url, answer);
  return jsonOf(url, answer);
}

interface Answer {
  status: number;
  text: string;
}

/** Why the collector refused, in its own words where it has some. */
function refused({ origin }: URL, { status, text }: Answer): CommandError {
  const words = visible(detailOf(text) ?? text).slice(0, MAX_DETAIL);
  if (status === 401 || status === 403) {
    return new CommandError('noPermission', `${origin} refused the token (${status}): ${words}`);
  }
  const exits: Record<number, ExitName> = { 400: 'badData', 404: 'noInput', 429: 'tryAgain' };
  return new CommandError(exits[status] ?? 'unavailable', `${origin} answered ${status}: ${words}`);
}

const MAX_DETAIL = 300;
const problemSchema = z.object({ detail: z.string() });

function detailOf(text: string): string | null {
  try {
    return problemSchema.parse(JSON.parse(text)).detail;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function jsonOf({ origin }: URL, { text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError('badData', `${origin} answered what is not JSON`, cause);
  }
}

function exchange(url: URL, address: ClusterAddress, asking: Asking): Promise<Answer> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const { method = 'GET' } = asking;
  const body = asking.body === undefined ? undefined : JSON.stringify(asking.body);
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const credential = { authorization: `Bearer ${address.token}` };
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method,
        headers: { ...credential, accept: 'application/json', ...type },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(address.ca === undefined ? {} : { ca: address.ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > MAX_BYTES) sent.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sent.on('error', (cause) =>
      reject(new CommandError('unavailable', `asking ${url.origin}: ${cause.message}`, cause)),
    );
    sent.end(body);
  });
}
