import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemBody, problemOf } from './problem.ts';

/** Refuses what is no sound HTTP, or came too slowly, as any other request; then hangs up. */
export function refuseBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(answerTo(error.code));
  socket.destroy(error);
}

/** Refuses an address that no route can be looked up for, such as one with a lone `%`. */
export function refuseBadAddress(
  error: Error,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  const body = problemBody(problemOf(error, 'invalid_request'));
  reply.status(body.status).type('application/problem+json').send(JSON.stringify(body));
}

function answerTo(code: string | undefined): string {
  const status = STATUSES[code ?? ''] ?? 400;
  const problem = new Problem('invalid_request', 'this is no sound HTTP, or it came too slowly');
  const body = JSON.stringify({ ...problemBody(problem), status });
  const headers = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/problem+json',
    'Connection: close',
  ];
  return `${headers.join('\r\n')}\r\n\r\n${body}`;
}

const STATUSES: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
