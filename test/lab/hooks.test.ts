import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../shared/report.ts';
import { asRoot, describeWith, root } from '../requirements.ts';
import {
  breakLab,
  down,
  healLab,
  LAB_NODES,
  labScripts,
  on,
  putFile,
  UP_LIMIT_MS,
  up,
} from './lab.ts';
import { labCollector } from './lab-collector.ts';
import { labPolicy } from './lab-policy.ts';

const CLUSTER = 'ganeti-cluster01.example.org';
const muster = join(root, 'dist', 'muster.js');
const agent = join(root, 'dist', 'muster-agent.js');
/** The lab truly lacks a way out and a root of each node's own: only names may turn verify red. */
const policy = `${labPolicy}severity: {'*': warn, 'names.*': fail}\n`;
/** A node that finds itself at 127.0.1.1; Ganeti does not look. */
const FAULT = 'hosts-127.0.1.1';

/** What `gnt-cluster verify` finds wrong; the rest of its words tell the time. */
async function verify() {
  const { code, stdout, stderr } = await on(1, ['gnt-cluster', 'verify']);
  const said = `${stdout}${stderr}`;
  const wrong = said.split('\n').filter((line) => /ERROR|failed, output/.test(line));
  return { code, said, wrong: wrong.map((line) => line.replace(/^.* \d{4} /, '')).sort() };
}

/** Enables a hook on a node, as its packages would have it but for where the programs are. */
function enabled(number: number, hook: string) {
  const programs = ['--agent', agent, '--muster', muster];
  return on(number, ['node', agent, 'hook', 'enable', hook, ...programs]);
}

/** The node that a guest runs on. */
async function primaryOf(guest: string): Promise<string> {
  const asked = ['gnt-instance', 'list', '--no-headers', '-o', 'pnode', guest];
  return (await on(1, asked)).stdout.trim();
}

describeWith([asRoot, labScripts], 'the hooks of a real cluster', () => {
  beforeAll(async () => {
    await down();
    await up('guests');
    for (const [index] of LAB_NODES.entries()) {
      await on(index + 1, ['mkdir', '-p', '/etc/muster']);
      await putFile(index + 1, '/etc/muster/agent.yaml', 'policy: /run/muster-policy.yaml\n');
      await putFile(index + 1, '/run/muster-policy.yaml', policy);
    }
  }, UP_LIMIT_MS);

  afterAll(down);

  test(
    'leaves verify as it was while nothing is wrong, and turns it red by our message',
    async () => {
      const before = await verify();
      for (const [index] of LAB_NODES.entries()) {
        const { stderr } = await enabled(index + 1, 'cluster-verify');
        expect(stderr).toContain('cluster-verify-post.d/muster');
      }
      const quiet = await verify();
      expect([quiet.code, quiet.wrong]).toEqual([before.code, before.wrong]);
      await breakLab(FAULT);
      const red = await verify();
      expect(red.code).toBe(1);
      const more = red.wrong.filter((line) => !before.wrong.includes(line));
      expect(more.join('\n')).toContain(LAB_NODES[2]);
      expect(more.join('\n')).toContain('cluster-verify-post.d/muster');
      expect(red.said).toContain('names.own-not-loopback');
      await healLab(FAULT);
      expect((await verify()).wrong).toEqual(before.wrong);
    },
    UP_LIMIT_MS,
  );

  test(
    'bring the report of a node over Ganeti itself, without ssh',
    async () => {
      const [, second = ''] = LAB_NODES;
      expect((await enabled(2, 'restricted-command')).code).toBe(0);
      const asked = await on(1, ['gnt-node', 'restricted-command', 'muster-report', second]);
      expect([asked.code, asked.stderr]).toEqual([0, '']);
      const [, text = ''] = asked.stdout.split(`Node: ${second}\n`);
      expect(reportSchema.parse(JSON.parse(text))).toMatchObject({
        node: second,
        agent: { privileged: true, origin: 'live' },
      });
    },
    UP_LIMIT_MS,
  );

  test(
    'keep a guest where it is whose CPU the target cannot give, and let the others go',
    async () => {
      const [first = '', second = ''] = LAB_NODES;
      await labCollector(CLUSTER);
      expect((await enabled(1, 'instance-migrate')).code).toBe(0);
      const guest = 'vm1.example.org';
      const migrate = ['gnt-instance', 'migrate', '-f', '-n', second, guest];
      const typed = (type: string) =>
        on(1, ['gnt-instance', 'modify', '-H', `cpu_type=${type}`, guest]);

      expect((await typed('Skylake-Server')).code).toBe(0);
      const refused = await on(1, migrate);
      expect(refused.code).not.toBe(0);
      const said = refused.stdout + refused.stderr;
      expect(said).toContain('instance-migrate-pre.d/muster');
      expect(said).toContain(`${first} to ${second}: not`);
      expect(said).toMatch(/source lacks .*avx512f/);
      expect(await primaryOf(guest)).toBe(first);

      expect((await typed('default')).code).toBe(0);
      const gone = await on(1, migrate);
      expect({ code: gone.code, said: gone.code === 0 ? '' : gone.stderr }).toEqual({
        code: 0,
        said: '',
      });
      expect(await primaryOf(guest)).toBe(second);
    },
    UP_LIMIT_MS,
  );
});
