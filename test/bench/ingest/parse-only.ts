// The floor of the ingest benchmark: a server that inflates and parses a body, and does no more.

import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

const [cert, key] = process.argv.slice(2).map((file) => readFileSync(file));

const answer: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const report = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString('utf8'));
    const body = JSON.stringify({ node: report.node });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
};

const server =
  cert === undefined || key === undefined
    ? createServer(answer)
    : createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, answer);
server.keepAliveTimeout = 65_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`listening at 127.0.0.1:${port}\n`);
});
