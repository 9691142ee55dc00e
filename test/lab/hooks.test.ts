import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
import { labPolicy } from './lab-policy.ts';

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

describeWith([asRoot, labScripts], 'the hook of a real cluster', () => {
  beforeAll(async () => {
    await down();
    await up('cluster');
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
        const enabled = await on(index + 1, [
          ...['node', agent, 'hook', 'enable', 'cluster-verify', '--agent', agent],
        ]);
        expect(enabled.stderr).toContain('cluster-verify-post.d/muster');
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
});
