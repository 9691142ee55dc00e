import { type Agent, request } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { AppOptions } from '../../../collector/app.ts';
import { openTestApp, type TestApp } from '../test-app.ts';
import { type SignedClient, signedHeaders, type ToSign } from './signed-client.ts';

/** A collector that listens on a free port of loopback. */
export interface LiveCollector extends TestApp {
  port: number;
  send(wanted: Wanted): Promise<Answer>;
  /** a delivery, signed by the client as of the collector's time unless told otherwise */
  report(
    client: SignedClient,
    report: unknown,
    wrong?: Partial<ToSign> & { ca?: string },
  ): Promise<Answer>;
}

export interface Wanted {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  agent?: Agent;
  /** speak TLS and trust this CA */
  ca?: string;
}

export interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
  /** the text as JSON */
  json: Record<string, unknown>;
}

/** Starts it; it is closed at the end of the test. */
export async function openLiveCollector(options: Partial<AppOptions> = {}): Promise<LiveCollector> {
  const opened = await openTestApp(options);
  await opened.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = opened.app.server.address() as AddressInfo;
  const send = (wanted: Wanted) => ask(port, wanted);
  return {
    ...opened,
    port,
    send,
    report(client, report, wrong = {}) {
      const body = Buffer.from(JSON.stringify(report));
      const headers = signedHeaders(client, { body, time: opened.clock.now, ...wrong });
      const ca = wrong.ca === undefined ? {} : { ca: wrong.ca };
      return send({ path: '/api/v1/reports', method: 'POST', headers, body, ...ca });
    },
  };
}

/** One request over a real socket. */
export function ask(port: number, wanted: Wanted): Promise<Answer> {
  const { path, method = 'GET', headers = {}, body, agent, ca } = wanted;
  const secure = ca === undefined ? {} : { ca };
  return new Promise((resolve, reject) => {
    const sent = (ca === undefined ? request : tlsRequest)(
      { host: '127.0.0.1', port, path, method, headers, ...secure, ...(agent ? { agent } : {}) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => void chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const { statusCode: status = 0, headers } = answer;
          const isJson = /json/.test(headers['content-type'] ?? '');
          resolve({ status, headers, text, json: isJson ? JSON.parse(text) : {} });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
