import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const init = (dir: string, ...names: string[]) =>
  muster('tls', 'init', '--dir', dir, ...names.flatMap((name) => ['--name', name]));

test('four files are made, the keys for their owner alone, and the fingerprint told', async () => {
  const dir = join(temporaryFolder(), 'tls');
  const made = await init(dir, 'c1.example.org', '192.0.2.4', 'c1.example.org');
  expect(made.code).toBe(0);
  const modeOf = (name: string) => (statSync(join(dir, name)).mode & 0o777).toString(8);
  expect(readdirSync(dir).map((name) => [name, modeOf(name)])).toEqual([
    ['ca.crt', '644'],
    ['ca.key', '600'],
    ['tls.crt', '644'],
    ['tls.key', '600'],
  ]);
  expect((statSync(dir).mode & 0o777).toString(8)).toBe('700');
  const ca = new X509Certificate(readFileSync(join(dir, 'ca.crt')));
  expect(made.stdout).toBe(`${ca.fingerprint256.replaceAll(':', '').toLowerCase()}\n`);
  const server = new X509Certificate(readFileSync(join(dir, 'tls.crt')));
  expect(server.subjectAltName).toBe('DNS:c1.example.org, IP Address:192.0.2.4');
  // so that an agent that knows only the fingerprint finds the CA in the handshake
  const sent = readFileSync(join(dir, 'tls.crt'), 'utf8');
  expect(sent.endsWith(readFileSync(join(dir, 'ca.crt'), 'utf8'))).toBe(true);
});

test('what is there is kept, and nothing is put beside it', async () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'ca.key'), 'precious');
  const refused = await init(dir, 'c1.example.org');
  expect(refused).toMatchObject({
    code: 77,
    stderr: `${join(dir, 'ca.key')} is there already, and is kept`,
  });
  expect(readdirSync(dir)).toEqual(['ca.key']);
  expect(readFileSync(join(dir, 'ca.key'), 'utf8')).toBe('precious');
});

describe('refused as a name:', () => {
  test.each(['', '-a.example.org', 'a..b', 'a b', '192.0.2.300', '1.2.3', 'ü.example.org', '*.a'])(
    '"%s"',
    async (name) => {
      const dir = join(temporaryFolder(), 'tls');
      expect(await init(dir, name)).toMatchObject({
        code: 64,
        stderr: `--name: expected a name or an address, found "${name}"`,
      });
    },
  );
});
