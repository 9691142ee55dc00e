import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Answer } from './attempt.ts';
import type { Message } from './message.ts';
import type { Target } from './target.ts';

/** How long a receiver may take in all, and when it is not waited for any more. */
export interface PostLimits {
  limitMs: number;
  /** ends the wait before its time */
  signal: AbortSignal;
}

/** The receiver's answer to a message; rejects when there was none. Redirects are not followed. */
export function post(
  { url, ca }: Pick<Target, 'url' | 'ca'>,
  { headers, body }: Message,
  { limitMs, signal }: PostLimits,
): Promise<Answer> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const sent = request(url, {
    method: 'POST',
    headers: { ...headers, ...length, 'user-agent': 'muster' },
    // A connection of its own each time: one that was kept may be closed just as it is used.
    agent: false,
    signal,
    ...(ca === undefined ? {} : { ca }),
  });
  const answer = answerTo(sent, limitMs);
  sent.end(body);
  return answer;
}

/** More of an answer is not read: only its head counts. */
const MAX_ANSWER_BYTES = 4096;

function answerTo(sent: ClientRequest, limitMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer: Answer | null = null;
    let failure = new Error('the connection was closed before an answer came');
    const limit = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${limitMs / 1000} s`));
    }, limitMs);
    const note = (error: Error) => {
      failure = error;
    };
    sent.on('error', note);
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      answer = { status, retryAfter: headers['retry-after'] ?? null };
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) sent.destroy();
      });
      // The head has come, and with it all that counts.
      response.on('error', note);
    });
    sent.on('close', () => {
      clearTimeout(limit);
      if (answer === null) reject(failure);
      else resolve(answer);
    });
  });
}
