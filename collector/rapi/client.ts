import type { ClientRequest } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { z } from 'zod';
import type { FailureKind, Reading } from '../../shared/reading.ts';
import { formatBytes, formatDuration } from '../../shared/units.ts';
import type { RapiEvidence } from './evidence.ts';
import { pinned } from './pin.ts';
import { questions } from './schema.ts';

/** Where RAPI is, what it is known by, and who asks. */
export interface RapiTarget {
  /** https://HOST:PORT */
  origin: string;
  /** PEM of the CA to trust instead of the system's, or SHA-256 (hex) of RAPI's certificate */
  trust: { ca?: string } | { fingerprint: string };
  /** null: RAPI is asked without a name */
  credentials: { user: string; password: string } | null;
}

/** What a single call may take. */
export interface RapiLimits {
  timeoutMs: number;
  maxBytes: number;
}

/** RAPI asks every node for its memory, and waits some seconds for one that is down. */
const LIMITS: RapiLimits = { timeoutMs: 30_000, maxBytes: 128 * 1024 * 1024 };

/** What RAPI says now; what it does not say is a failed reading with the reason. Never rejects. */
export async function askRapi(
  target: RapiTarget,
  askedAt: Date,
  limits: RapiLimits = LIMITS,
): Promise<RapiEvidence> {
  const ask = <T>(question: { path: string; answer: z.ZodType<T> }) =>
    answerTo(question, target, limits);
  const [cluster, groups, nodes, instances, jobs] = await Promise.all([
    ask(questions.cluster),
    ask(questions.groups),
    ask(questions.nodes),
    ask(questions.instances),
    ask(questions.jobs),
  ]);
  const { origin } = target;
  return { origin, askedAt: askedAt.toISOString(), cluster, groups, nodes, instances, jobs };
}

/** Why there is no answer, and in which of the ways that readings know. */
class NoAnswer extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.kind = kind;
  }
}

async function answerTo<T>(
  { path, answer }: { path: string; answer: z.ZodType<T> },
  target: RapiTarget,
  limits: RapiLimits,
): Promise<Reading<T>> {
  try {
    const sent = request(new URL(path, target.origin), optionsOf(target, limits));
    const { status, text } = await exchange(sent, limits);
    mustBeAnswer(status, target);
    return { status: 'ok', value: understood(text, answer) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { status: 'failed', error: { kind: error.kind, message: error.message, source: path } };
  }
}

function optionsOf({ trust, credentials }: RapiTarget, { timeoutMs }: RapiLimits): RequestOptions {
  const headers = { accept: 'application/json', connection: 'close' };
  const auth = credentials === null ? {} : { auth: `${credentials.user}:${credentials.password}` };
  const common = { method: 'GET', headers, ...auth };
  if ('fingerprint' in trust) {
    // a resumed session shows no certificate, so none is kept
    const agent = new Agent({ maxCachedSessions: 0 });
    const createConnection = pinned(trust.fingerprint, timeoutMs);
    return { ...common, agent: Object.assign(agent, { createConnection }) };
  }
  // told aloud, as an environment variable of Node could say otherwise
  return { ...common, ...trust, agent: false, rejectUnauthorized: true };
}

/** No redirect is followed: the password is for this server alone. */
function mustBeAnswer(status: number, { credentials }: RapiTarget): void {
  if (status === 200) return;
  if (status === 401 || status === 403) {
    const who = credentials === null ? 'without --rapi-credentials' : 'with these credentials';
    throw new NoAnswer('denied', `it answered ${status} ${who}`);
  }
  throw new NoAnswer('other', `it answered ${status}, expected 200`);
}

/** What stands in an answer is not repeated in messages: it may hold secrets. */
function understood<T>(text: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parsed(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') || 'the whole';
  throw new NoAnswer('unparsable', `not the answer of RAPI: ${where}: ${issue?.message}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NoAnswer('unparsable', 'its answer is not JSON', cause);
  }
}

function exchange(
  sent: ClientRequest,
  { timeoutMs, maxBytes }: RapiLimits,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    let reason: NoAnswer | null = null;
    const end = (kind: FailureKind, message: string) => {
      reason = new NoAnswer(kind, message);
      sent.destroy(reason);
    };
    const limit = setTimeout(
      () => end('timed_out', `no whole answer within ${formatDuration(timeoutMs)}`),
      timeoutMs,
    );
    const fail = (cause: Error) => {
      clearTimeout(limit);
      // a response that was cut off tells of that before the request tells why
      reject(reason ?? new NoAnswer('other', cause.message, cause));
    };
    sent.on('error', fail);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes) end('too_large', `its answer is over ${formatBytes(maxBytes)}`);
        else chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('end', () => {
        clearTimeout(limit);
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    sent.end();
  });
}
