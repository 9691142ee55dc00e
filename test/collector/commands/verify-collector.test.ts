import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gates } from '../../../collector/cluster/gates.ts';
import { openLiveCollector } from '../routes/live-collector.ts';
import { clusterName, now, seedReport } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const asked = gates.map(({ id }) => id).filter((id) => id !== 'join' && id !== 'maintenance');

/** A collector with reports, what was asked of it, and `muster verify` at it. */
async function scene(changes: Parameters<typeof seedReport>[1][]) {
  const live = await openLiveCollector();
  for (const [index, change] of changes.entries()) {
    await live.deliver(seedReport(1 + index, change));
  }
  const paths: string[] = [];
  live.app.server.prependListener('request', ({ url }) => {
    paths.push(url?.slice(url.lastIndexOf('/')) ?? '');
  });
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, live.as.reader.authorization.replace('Bearer ', ''));
  const where = ['--collector', `http://127.0.0.1:${live.port}`, '--cluster', clusterName];
  const verify = (...words: string[]) =>
    muster('verify', ...where, '--token-file', tokenFile, ...words);
  return { live, paths, verify };
}

const unlike = ({ os }: { os: { kernelRelease: string } }) => {
  os.kernelRelease = '5.10.0';
};
const scenes = [
  ['closed or undecided', [undefined, unlike]],
  ['as it should be', [undefined, undefined, undefined]],
] as const;

test.each(scenes)(
  'a cluster %s: the short answer is the whole one, as text',
  async (_, changes) => {
    const { paths, verify } = await scene([...changes]);
    for (const gate of asked) {
      for (const words of [[], ['-q'], ['--fail-on', 'warn']]) {
        const short = await verify('--gate', gate, ...words);
        // the instant is that of the collector anyhow, but to name it takes the other way
        const whole = await verify('--gate', gate, ...words, '--now', now.toISOString());
        expect(short).toEqual(whole);
        expect(short.stdout).not.toBe('');
        const query = `/verify?gate=${gate}&findings=troubles`;
        expect(paths.splice(0)).toEqual([query, '/reports']);
      }
    }
  },
);

test.each([
  [['-f', 'json']],
  [['-v']],
  [['--skip', 'os.*']],
  [['--max-age', '1h']],
  [['-o', 'receipt:FILE']],
])('what needs the reports asks for them: %s', async (words) => {
  const { paths, verify } = await scene([undefined]);
  const file = join(temporaryFolder(), 'receipt.json');
  await verify('--gate', 'health', ...words.map((word) => word.replace('FILE', file)));
  expect(paths).toEqual(['/reports']);
});

test('text goes into files just the same', async () => {
  const { paths, verify } = await scene([undefined]);
  const file = join(temporaryFolder(), 'answer.txt');
  const { stdout } = await verify('--gate', 'health', '-o', `text:${file}`, '--color', 'never');
  expect(readFileSync(file, 'utf8')).toBe(stdout);
  expect(paths).toEqual(['/verify?gate=health&findings=troubles']);
});

test('an answer that is none is bad data, and a gate that is none is not asked', async () => {
  const { live, paths, verify } = await scene([undefined]);
  expect(await verify('--gate', 'helth')).toMatchObject({ code: 64 });
  expect(paths).toEqual([]);
  await live.app.close();
  expect(await verify('--gate', 'health')).toMatchObject({ code: 69 });
});
