import { describe, expect, test } from 'vitest';
import { deliver } from '../../../agent/delivery/deliver.ts';
import { digestOf } from '../../../agent/spool/entry.ts';
import { readLedger } from '../../../agent/spool/ledger.ts';
import {
  addToSpool,
  boundSpool,
  openSpool,
  readEntry,
  SPOOL_LIMITS,
  spoolEntries,
} from '../../../agent/spool/spool.ts';
import { CommandError } from '../../../shared/exit.ts';
import { Killed, ModelDisk } from '../state/model-disk.ts';
import { seeded } from '../state/random.ts';
import { ModelCollector, type Mood } from './model-collector.ts';

const FOLDER = '/var/lib/muster-agent/spool';
/** Of each seed; with three seeds more than 2,000 reports come through. */
const RUNS = 1500;
const DELIVERIES = 700;
/** More calls than one run makes in this test, so that some runs end by themselves. */
const CALLS = 120;

/** One life of a node: runs of the agent, most of which end before their time. */
class Life {
  readonly disk = new ModelDisk();
  /** digests of reports that the agent was told are safe, in that order */
  readonly safe: string[] = [];
  readonly collector: ModelCollector;
  private readonly random: () => number;
  private readonly files: number;
  private readonly uptime: number;
  private timeMs = Date.parse('2026-11-22T12:00:00.000Z');
  private healthy = false;

  /** `files`: what the spool may hold; `uptime`: of the collector, as a share */
  constructor(seed: number, { files, uptime }: { files: number; uptime: number }) {
    this.random = seeded(seed);
    this.files = files;
    this.uptime = uptime;
    this.collector = new ModelCollector(() => (this.healthy ? 'takes' : this.mood()));
  }

  /** A run that is killed, or whose power fails, or that ends well. */
  async run(number: number): Promise<void> {
    this.disk.restart();
    const fate = this.random();
    if (fate < 0.75) this.disk.killAt = 1 + Math.floor(this.random() * CALLS);
    else if (fate < 0.85) {
      const call = 1 + Math.floor(this.random() * CALLS);
      this.disk.failAt = { call, code: this.random() < 0.5 ? 'ENOSPC' : 'EIO' };
    }
    try {
      await this.push(JSON.stringify({ node: 'node1', number }));
    } catch (error) {
      if (!(error instanceof Killed) && this.disk.failAt === null) throw error;
    }
    if (this.random() < 0.4) this.disk.losePower(this.random);
  }

  async drain(): Promise<void> {
    this.healthy = true;
    for (let round = 0; round < 3; round++) {
      this.disk.restart();
      await this.push(JSON.stringify({ node: 'node1', last: round }));
    }
  }

  private async push(body: string): Promise<void> {
    const spool = await openSpool({ folder: FOLDER, files: this.disk });
    const entry = await addToSpool(spool, body, this.now());
    this.safe.push(entry.digest);
    await boundSpool(spool, { ...SPOOL_LIMITS, files: this.files });
    const pause = async () => undefined;
    const clock = { now: () => this.now(), pause, random: this.random };
    await deliver({ spool, courier: this.collector.courier, clock });
  }

  /** Clocks stand, jump forward, and jump back. */
  private now(): Date {
    const chance = this.random();
    if (chance > 0.98) this.timeMs -= 3_600_000;
    else if (chance > 0.5) this.timeMs += 20;
    return new Date(this.timeMs);
  }

  private mood(): Mood {
    if (this.random() >= this.uptime) return 'down';
    const chance = this.random();
    if (chance < 0.7) return 'takes';
    return chance < 0.85 ? 'answer lost' : 'fails';
  }
}

describe('reports through crashes, power cuts, disk errors and a shaky collector', () => {
  test.each([1, 2, 3])('nothing told safe is lost, doubled or blocked (seed %i)', async (seed) => {
    const life = new Life(seed, { files: 10_000, uptime: 0.85 });
    for (let number = 0; number < RUNS; number++) await life.run(number);
    await life.drain();

    const { committed, replays } = life.collector;
    const spool = { folder: FOLDER, files: life.disk };
    expect(life.safe.filter((digest) => !committed.has(digest))).toEqual([]);
    expect(committed.size).toBeGreaterThan(DELIVERIES);
    expect(await spoolEntries(spool)).toEqual([]);
    expect(await readLedger(spool)).toMatchObject({ dropped: 0, aside: 0 });
    expect(life.disk.names(FOLDER)).toEqual(['aside', 'ledger']);
    expect(life.disk.names(`${FOLDER}/aside`)).toEqual([]);
    expect(replays).toBe(0);
    const sequences = life.safe.map((digest) => committed.get(digest) ?? 0);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(new Set(committed.values()).size).toBe(committed.size);
  });

  test('of a spool that is too small, what is missing was counted', async () => {
    const life = new Life(4, { files: 3, uptime: 0.1 });
    for (let number = 0; number < 600; number++) await life.run(number);
    await life.drain();

    const missing = life.safe.filter((digest) => !life.collector.committed.has(digest));
    const { dropped } = await readLedger({ folder: FOLDER, files: life.disk });
    expect(missing.length).toBeGreaterThan(0);
    expect(dropped).toBeGreaterThanOrEqual(missing.length);
  });
});

describe('a crash at every single call', () => {
  /** The calls of a run that finds two entries, adds one and delivers all. */
  async function wholeRun(disk: ModelDisk, collector: ModelCollector): Promise<string[]> {
    const safe: string[] = [];
    const spool = await openSpool({ folder: FOLDER, files: disk });
    const now = new Date('2026-11-22T12:00:00.000Z');
    for (const number of [1, 2, 3]) {
      const entry = await addToSpool(spool, JSON.stringify({ node: 'node1', number }), now);
      safe.push(entry.digest);
    }
    const clock = { now: () => now, pause: async () => undefined, random: () => 0 };
    await deliver({ spool, courier: collector.courier, clock });
    return safe;
  }

  const wanted = [1, 2, 3].map((number) => digestOf(JSON.stringify({ node: 'node1', number })));

  test.each(['kill', 'power cut'])('leaves a spool that goes on: %s', async (fate) => {
    const whole = new ModelDisk();
    await wholeRun(whole, new ModelCollector(() => 'takes'));
    expect(whole.calls).toBeGreaterThan(50);
    for (let call = 1; call <= whole.calls; call++) {
      for (const seed of fate === 'kill' ? [0] : [1, 2, 3, 4]) {
        const disk = new ModelDisk();
        const collector = new ModelCollector(() => 'takes');
        disk.killAt = call;
        await expect(wholeRun(disk, collector)).rejects.toThrow(Killed);
        if (fate === 'power cut') disk.losePower(seeded(seed));
        disk.restart();
        expect(await wholeRun(disk, collector)).toEqual(wanted);
        expect([...collector.committed.keys()].sort()).toEqual([...wanted].sort());
        expect(disk.names(FOLDER)).toEqual(['aside', 'ledger']);
      }
    }
  });

  test.each(['ENOSPC', 'EIO'])('%s at any call loses nothing told safe', async (code) => {
    const whole = new ModelDisk();
    await wholeRun(whole, new ModelCollector(() => 'takes'));
    let failed = 0;
    for (let call = 1; call <= whole.calls; call++) {
      const disk = new ModelDisk();
      const collector = new ModelCollector(() => 'takes');
      disk.failAt = { call, code };
      await wholeRun(disk, collector).catch((error: unknown) => {
        expect(error).toBeInstanceOf(CommandError);
        failed += 1;
      });
      disk.restart();
      expect(await wholeRun(disk, collector)).toEqual(wanted);
      expect([...collector.committed.keys()].sort()).toEqual([...wanted].sort());
      expect(disk.names(FOLDER)).toEqual(['aside', 'ledger']);
      expect(disk.names(`${FOLDER}/aside`)).toEqual([]);
    }
    expect(failed).toBeGreaterThan(20);
  });

  test('leaves what is added again as safe as what is added first', async () => {
    const body = JSON.stringify({ node: 'node1', number: 1 });
    const now = new Date('2026-11-22T12:00:00.000Z');
    for (let call = 1; ; call++) {
      const disk = new ModelDisk();
      const spool = await openSpool({ folder: FOLDER, files: disk });
      disk.restart();
      disk.failAt = { call, code: 'EIO' };
      const failed = await addToSpool(spool, body, now).then(
        () => false,
        () => true,
      );
      disk.failAt = null;
      const entry = await addToSpool(spool, body, now);
      disk.losePower(seeded(call));
      expect(await spoolEntries(spool)).toEqual([entry]);
      expect(await readEntry(spool, entry)).toBe(body);
      if (!failed) break;
    }
  });
});
