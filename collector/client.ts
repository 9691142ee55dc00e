import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CommandError } from '../shared/exit.ts';

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

/** The newest report of each node of a cluster, the policy text and the waivers it keeps. */
export async function fetchCluster(address: ClusterAddress): Promise<unknown> {
  if (!URL.canParse(address.collector)) {
    throw new CommandError('usage', `--collector: expected a URL, found "${address.collector}"`);
  }
  const path = `/api/v1/clusters/${encodeURIComponent(address.cluster)}/reports`;
  const url = new URL(path, address.collector);
  const { status, text } = await get(url, address);
  if (status === 401 || status === 403) {
    throw new CommandError('noPermission', `${url.origin} refused the token (${status})`);
  }
  if (status === 404) {
    throw new CommandError('noInput', `${url.origin} knows no cluster "${address.cluster}"`);
  }
  if (status !== 200) {
    throw new CommandError(
      'unavailable',
      `${url.origin} answered ${status}: ${text.slice(0, 200)}`,
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError('badData', `${url.origin} answered what is not JSON`, cause);
  }
}

function get(url: URL, address: ClusterAddress): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        headers: { authorization: `Bearer ${address.token}`, accept: 'application/json' },
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
    sent.end();
  });
}
