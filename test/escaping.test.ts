import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openSqliteStore } from '../collector/store/sqlite.ts';
import { createToken } from '../collector/tokens.ts';
import { muster } from './collector/commands/muster.ts';
import { now, seedReport } from './collector/seed-cluster.ts';
import { bearer, enrolled, openTestApp, temporaryFolder } from './collector/test-app.ts';

/** What a terminal, a page, a scraper, a log and a spreadsheet would each act on. */
const hostile: Record<string, string> = {
  'escape sequences': 'a\u001b[31m\u001b]0;title\u0007\u009b1mb',
  'new lines': 'a\r\nb 9\n# HELP c',
  'a tag': 'a</td></title><script>alert(1)</script><img src=x onerror=alert(1)>',
  'an attribute': `a" onmouseover="alert(1)' x='`,
  'a label': 'a"} 1\nmuster_evil{b="',
  'a formula': '=cmd|"/c calc"!A1',
  'a direction': 'a\u202eb\u2066c\u200b',
  'a template': 'a{{1+1}}<%= 1 %>%0d%0ab',
};

/** Bytes that a terminal would act on instead of showing; a table's own line ends apart. */
const ACTS = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A line of the text format of Prometheus, each quote and new line in a label escaped. */
const LABEL = /\w+="(?:[^"\\\n]|\\[\\"n])*",?/;
const METRIC = new RegExp(
  `^(?:# (?:HELP|TYPE) muster_.*|muster_\\w+(?:\\{(?:${LABEL.source})*\\})? -?[\\d.e+]+)$`,
);

describe.each(Object.entries(hostile))('%s in every name that can be given', (_, text) => {
  test('is shown and not obeyed by the tables of the command line', async () => {
    const tame = await tables('a name');
    const shown = await tables(text);
    for (const [command, said] of Object.entries(shown)) {
      expect([command, ACTS.exec(said)]).toEqual([command, null]);
      // no name makes a line of its own
      expect([command, lines(said)]).toEqual([command, lines(tame[command] ?? '')]);
    }
  });

  test('is shown and not obeyed by pages, metrics, problems and logs', async () => {
    const log: string[] = [];
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => done(void log.push(chunk.toString())),
    });
    const opened = await openTestApp({ openPage: true, logger: { level: 'trace', stream } });
    const { app, as, deliver } = opened;
    expect((await deliver({ ...seedReport(1), node: text }, text)).statusCode).toBe(200);

    const name = encodeURIComponent(text);
    const get = (url: string, accept: string) =>
      app.inject({ url, headers: { ...as.reader, accept, 'x-odd': encodeURI(text) } });
    const pages = ['/', `/clusters/${name}`, `/clusters/${name}/nodes/${name}`, `/${name}`];
    for (const url of pages) {
      const { body, headers } = await get(url, 'text/html');
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect([url, /<script>alert|<img src=x|" onmouseover=|' x='/.exec(body)]).toEqual([
        url,
        null,
      ]);
    }
    const metrics = (await get('/metrics', 'text/plain')).body;
    expect(
      metrics
        .trimEnd()
        .split('\n')
        .filter((line) => !METRIC.test(line)),
    ).toEqual([]);
    expect(metrics).not.toMatch(/^(muster_evil|b 9|# HELP c)/m);

    const odd = await app.inject({ url: `/api/v1/clusters/a?gate=${name}`, headers: as.reader });
    const missing = await app.inject({
      url: `/api/v1/clusters/${name}/verify?gate=${name}`,
      headers: { authorization: `Bearer ${encodeURI(text)}` },
    });
    for (const answer of [odd, missing]) {
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json().code).toMatch(/^[a-z_]+$/);
      // JSON escapes the old controls itself
      expect([...answer.body].filter((one) => /\p{Cc}/u.test(one) && one < ' ')).toEqual([]);
    }
    expect(log.length).toBeGreaterThan(5);
    for (const line of log.join('').trimEnd().split('\n'))
      expect(() => JSON.parse(line)).not.toThrow();
  });
});

/** What the commands say of a store in which everything bears this name, by command. */
async function tables(text: string): Promise<Record<string, string>> {
  const database = join(temporaryFolder(), 'muster.db');
  const store = await openSqliteStore(database);
  const request = { name: text, role: 'admin', cluster: text, expiresAt: null } as const;
  await createToken(store, request, { by: text, at: now });
  await bearer(store, 'reader', { cluster: text });
  await enrolled(store, { cluster: text, node: text });
  await store.close();
  const commands = [
    ['token', 'list'],
    ['token', 'create', '--cluster', text, '--node', `${text}2`],
    ['node', 'list'],
    ['node', 'list', '--cluster', text],
    ['node', 'approve', text, '--cluster', text],
    ['node', 'revoke', text, '--cluster', text],
    ['audit-log'],
  ];
  const said: Record<string, string> = {};
  for (const words of commands) {
    const { stdout, stderr } = await muster(...words, '--database', database);
    expect(stdout + stderr).not.toBe('');
    said[words.slice(0, 2).join(' ')] = stdout + stderr;
  }
  return said;
}

function lines(text: string): number {
  return text.split('\n').length;
}
