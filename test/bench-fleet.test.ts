import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../collector/store/sqlite.ts';
import { reportSchema } from '../shared/report.ts';
import { enrolFleet, nodeName } from './bench/fleet/enrolment.ts';
import { type FleetRun, runFleet } from './bench/fleet/fleet.ts';
import { recordedKinds, reportText } from './bench/fleet/kinds.ts';
import { parseOptions } from './bench/fleet/options.ts';
import { plansOf } from './bench/fleet/schedule.ts';
import { histogram, summaryOf } from './bench/fleet/summary.ts';
import { serve } from './collector/commands/served.ts';

const cluster = 'fleet.example.org';
const NODES = 10;

const calm: FleetRun = {
  ...{ nodes: NODES, everyMs: 400, forMs: 1600, jitter: 0.1, seed: 7 },
  outages: { share: 0, forMs: 1 },
  restarts: { share: 0, forMs: 1 },
  ...{ changeEvery: 2, drainMs: 20_000 },
};

/** A collector in a process of its own, and a fleet that is enrolled with it. */
async function site() {
  const folder = mkdtempSync(join(tmpdir(), 'muster-fleet-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const database = join(folder, 'muster.db');
  const { port, child, ended } = await serve(database);
  const store = await openSqliteStore(database);
  onTestFinished(async () => {
    await store.close();
    child.kill('SIGTERM');
    await ended;
  });
  const targets = [{ collector: `http://127.0.0.1:${port}` }];
  const kinds = await recordedKinds(12);
  const enrolled = await enrolFleet({ store, cluster, nodes: NODES, kinds, targets, folder });
  const stored = async (node: string) => {
    const history = await store.history(cluster, node, { limit: 100 });
    return history.reverse().map(({ sequence, digest, late }) => ({ sequence, digest, late }));
  };
  return { enrolled, stored };
}

describe('the load tool and the real collector', () => {
  test.each([
    ['an outage and restarts', { share: 1, forMs: 700 }, { share: 0.5, forMs: 300 }],
    // longer than an agent goes on trying within one push
    ['no network before the end', { share: 1, forMs: 6000 }, calm.restarts],
  ])(
    'ten nodes, %s: all acknowledged, once, in order',
    async (_, outages, restarts) => {
      const { enrolled, stored } = await site();
      const run = { ...calm, outages, restarts };
      const outcome = await runFleet(enrolled, run);
      const { tally, left } = outcome;
      const { arrivals, answers, acknowledged } = summaryOf(run, outcome);
      const requests = arrivals.reduce((sum, count) => sum + count, 0);

      expect(left).toBe(0);
      expect(acknowledged).toBe(tally.made);
      expect(answers['not reached']).toBeGreaterThanOrEqual(NODES);
      expect(answers['201'] ?? answers['200']).toBe(tally.made);
      expect(requests).toBe(tally.made + (answers['no answer'] ?? 0));
      for (let index = 0; index < NODES; index++) {
        const node = nodeName(index);
        const own = tally.acknowledged.filter((one) => one.node === node);
        expect(own.length).toBeGreaterThan(0);
        const kept = own.map(({ sequence, digest }) => ({ sequence, digest, late: false }));
        expect(await stored(node)).toEqual(kept);
      }
    },
    60_000,
  );
});

describe('what the fleet is made of', () => {
  test('twelve kinds say twelve different things, and a change shows', async () => {
    const kinds = await recordedKinds(12);
    const at = new Date('2026-11-22T12:00:00Z');
    const moment = { number: 258, node: 'n1.example.org', bootId: 'b', at, round: 1, changes: 0 };
    const texts = kinds.map((kind) => reportText(kind, moment));
    expect(new Set(texts).size).toBe(12);
    const seed = kinds.findIndex(({ report }) => report.node === 'ganeti01.example.org');
    const [text = '', kind] = [texts[seed], kinds[seed]];
    if (kind === undefined) throw new Error('no recorded ganeti01');
    const { node, collectedAt } = reportSchema.parse(JSON.parse(text));
    expect({ node, collectedAt }).toEqual({ node: moment.node, collectedAt: at.toJSON() });
    expect(text).toContain('"address":"198.18.1.2"');
    expect(text).toContain('"macAddress":"52:54:00:00:01:02"');
    const { sections } = reportSchema.parse(
      JSON.parse(reportText(kind, { ...moment, changes: 3 })),
    );
    expect(sections.os?.status === 'ok' && sections.os.facts.kernelVersion).toMatch(/ \+3$/);
  });

  test('the same seed plans the same, another one differently; all within the time', () => {
    const schedule = { ...calm, outages: { share: 0.5, forMs: 100 } };
    expect(plansOf(schedule)).toEqual(plansOf(schedule));
    expect(plansOf(schedule)).not.toEqual(plansOf({ ...schedule, seed: 8 }));
    const times = plansOf(schedule).flatMap(({ pushesMs }) => pushesMs);
    expect(times.filter((at) => at < 0 || at >= schedule.forMs)).toEqual([]);
  });

  test('a node that is down takes no report, and one as it comes up', () => {
    const plans = plansOf({ ...calm, restarts: { share: 1, forMs: 700 } });
    for (const { pushesMs, down } of plans) {
      const [from, to] = down ?? [0, 0];
      expect(to - from).toBeCloseTo(700);
      expect(pushesMs.filter((at) => at >= from && at < to)).toEqual([]);
      expect(pushesMs).toContain(to);
    }
  });
});

describe('the words of the load tool', () => {
  const words = (...more: string[]) => ['--database', 'x.db', ...more];

  test.each([
    [['--collector', 'https://192.0.2.1'], /not loopback; --beyond-loopback allows it/],
    [['--collector', 'http://192.0.2.1', '--beyond-loopback'], /expected https/],
    [['--collector', 'http://127.0.0.1:1', '--nodes', '20001'], /--nodes: expected 1 to 20000/],
    [['--collector', 'http://127.0.0.1:1', '--nodes', 'x'], /--nodes: expected 1 to 20000/],
    [['--collector', 'http://127.0.0.1:1', '--for', '3h'], /more than two hours/],
    [['--collector', 'http://127.0.0.1:1', '--speed', '9999'], /less than 100 ms of real time/],
    [['--collector', 'http://127.0.0.1:1', '--outages', '2'], /--outages: expected 0 to 1/],
    [['--collector', 'http://127.0.0.1:1', '--every', 'soon'], /--every: expected a duration/],
  ])('%j is refused', (more, message) => {
    expect(() => parseOptions(words(...more))).toThrow(message);
  });

  test('the speed shortens what is simulated', () => {
    const asked = parseOptions(words('--collector', 'http://localhost:1', '--speed', '60'));
    expect(asked.run).toMatchObject({ everyMs: 15_000, forMs: 30_000, drainMs: 60_000 });
    expect(asked.run.outages).toEqual({ share: 0.05, forMs: 20_000 });
    expect(asked.targets).toEqual([{ collector: 'http://localhost:1' }]);
  });

  test('the histogram has a line per second, or per as many as fit', () => {
    expect(histogram([1, 0, 0, 2])).toEqual([
      'requests in each second:',
      `     0 s       1 ${'#'.repeat(25)}`,
      '     1 s       0',
      `     3 s       2 ${'#'.repeat(50)}`,
    ]);
    const long = histogram(Array.from({ length: 100 }, () => 1));
    expect(long).toHaveLength(1 + 34);
    expect(long[0]).toBe('requests in each 3 seconds:');
  });
});
