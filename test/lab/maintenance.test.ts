import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { muster } from '../collector/commands/muster.ts';
import { asRoot, describeWith } from '../requirements.ts';
import { labReports, labWaivers } from './judged-lab.ts';
import { down, LAB_NODES, labScripts, on, UP_LIMIT_MS, up } from './lab.ts';
import { labPolicy } from './lab-policy.ts';

const [first = '', second = '', third = ''] = LAB_NODES;
const [setup, downtime] = labWaivers;

/** Nothing starts anew without a boot, and a namespace has none of its own. */
const boot = {
  ...{ check: 'maintenance.rebooted', node: first, owner: 'lab' },
  ...{ reason: 'a namespace does not boot', expires: '2036-01-01T00:00:00.000Z' },
};

/** A line of the plan, and where it is to be given. */
interface Given {
  on: string;
  line: string;
}

describeWith([asRoot, labScripts], 'the gate maintenance on a real cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  let before = '';

  beforeAll(async () => {
    await down();
    await up('guests');
    await on(1, ['gnt-cluster', 'verify', '--error-codes']);
    before = await reported('before');
  }, UP_LIMIT_MS);

  afterAll(async () => {
    await down();
    rmSync(folder, { recursive: true });
  });

  /** The reports of now, as files. */
  async function reported(name: string): Promise<string> {
    return written(`${name}.json`, await labReports());
  }

  function written(name: string, value: unknown): string {
    const path = join(folder, name);
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  }

  function ask(words: string[], waivers: object[]) {
    const given = ['--policy', written('policy.yaml', labPolicy)];
    const accepted = ['--waivers', written('waivers.yaml', waivers)];
    return muster(...words, ...given, ...accepted, '--now', new Date().toISOString());
  }

  const gate = (reports: string, words: string[], waivers: object[]) =>
    ask(['verify', reports, '--gate', 'maintenance', ...words], waivers);

  test('is closed for each node by what is wrong of the lab', async () => {
    for (const node of LAB_NODES) {
      const { code, stdout } = await gate(before, ['--drain', node], []);
      expect([node, code]).toEqual([node, 2]);
      expect(stdout).toContain('verify: ENODESETUP');
    }
  });

  test.each([
    ['the master, whose guest has shared disks', first, 0],
    ['the node whose guest has its disk there alone', second, 2],
    ['the node without guests', third, 0],
  ])('answers for %s', async (_which, node, code) => {
    const answer = await gate(before, ['--drain', node, '-f', 'json'], [{ ...setup }]);
    const { findings } = JSON.parse(answer.stdout) as {
      findings: { check: string; verdict: string; message: string; waived?: object }[];
    };
    const closing = findings.filter(({ verdict, waived }) => verdict !== 'pass' && !waived);
    const wrong = closing.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown');
    const said = wrong.map(({ check, message }) => `${check}: ${message}`);
    const expected =
      'maintenance.downtime: vm2.example.org (file, no tag names an owner) runs on ' +
      `${second} alone and has to stop`;
    expect(said).toEqual(code === 0 ? [] : [expected]);
    expect(answer.code).toBe(code);
  });

  test('proposes the master last, and holds back the node whose guest would stop', async () => {
    const held = await ask(['rolling', before, '-f', 'json'], [{ ...setup }]);
    expect(held.code).toBe(2);
    const order = await ask(['rolling', before, '-f', 'json'], [{ ...setup }, { ...downtime }]);
    const { groups } = JSON.parse(order.stdout) as { groups: { nodes: string[] }[] };
    expect(groups.map(({ nodes }) => nodes)).toEqual([[second], [third], [first]]);
    expect(order.code).toBe(0);
  });

  test(
    'its commands for the master, to the letter, take it down and bring all back',
    async () => {
      const was = await state(1);
      const receipt = join(folder, 'before.receipt');
      const words = ['--drain', first, '-o', `receipt:${receipt}`];
      const { code, stdout } = await gate(before, words, [{ ...setup }]);
      expect(code).toBe(0);
      const steps = linesOf(stdout);
      const restoring = steps.findIndex(({ line }) => line.includes('back to'));
      expect(steps[0]).toMatchObject({ on: second, line: expect.stringMatching(/failover/) });
      expect(restoring).toBeGreaterThan(0);
      await follow(steps.slice(0, restoring));
      const after = await gate(await reported('after'), ['--after', receipt], [{ ...setup }, boot]);
      expect(after.stdout).toMatch(/^OPEN/);
      expect(after.code).toBe(0);
      await follow([
        ...steps.slice(restoring),
        // told in a note, as most leave the master where it is then
        { on: first, line: 'gnt-cluster master-failover' },
      ]);
      expect(await state(1)).toEqual(was);
    },
    UP_LIMIT_MS,
  );

  test(
    'changes nothing on the cluster by asking, and by taking reports',
    async () => {
      const counts = () =>
        on(1, [
          'sh',
          '-c',
          'grep -o "serial_no.:[0-9]*" /var/lib/ganeti/config.data; gnt-job list',
        ]);
      const was = await counts();
      const now = await reported('idle');
      await gate(now, ['--drain', third], []);
      await ask(['rolling', now], []);
      expect((await counts()).stdout).toBe(was.stdout);
    },
    UP_LIMIT_MS,
  );
});

/** The commands as they are printed, each with the node that the comment above it names. */
function linesOf(stdout: string): Given[] {
  let where = '';
  return stdout.split('\n').flatMap((line) => {
    where = /^# .*, on (\S+):$/.exec(line)?.[1] ?? where;
    return /^(gnt-|hbal )/.test(line) ? [{ on: where, line }] : [];
  });
}

async function follow(steps: readonly Given[]): Promise<void> {
  for (const { on: node, line } of steps) {
    const done = await on(LAB_NODES.indexOf(node) + 1, ['bash', '-c', line]);
    // this kernel has no /proc/sysrq-trigger, which verify calls an error of every node
    const expected = line.startsWith('gnt-cluster verify ') ? 1 : 0;
    expect([line, done.code, done.code === expected ? '' : done.stderr]).toEqual([
      ...[line, expected, ''],
    ]);
  }
}

/** Roles of the nodes and places of the guests, as the master has them. */
async function state(master: number): Promise<string> {
  const nodes = await on(master, ['gnt-node', 'list', '--no-headers', '-o', 'name,role,drained']);
  const guests = await on(master, [
    'gnt-instance',
    'list',
    '--no-headers',
    '-o',
    'name,pnode,status',
  ]);
  return `${nodes.stdout}${guests.stdout}`;
}
