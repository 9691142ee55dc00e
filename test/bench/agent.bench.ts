// The agent as a whole process against the floor, bare Node, in the same run: this machine's Node,
// and that of Debian 12, which nodes have.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportSchema } from '../../shared/report.ts';
import { root } from '../requirements.ts';
import { debianNode } from './debian-node.ts';
import { compare, machine, median, type Runtime, table } from './measure.ts';

const ROUNDS = 15;
const agent = join(root, 'dist', 'muster-agent.js');
const cold = mkdtempSync(join(tmpdir(), 'muster-cold-'));
const warm = mkdtempSync(join(tmpdir(), 'muster-warm-'));

process.stdout.write(`${machine()}; medians of ${ROUNDS} rounds, turn by turn\n`);
process.stdout.write(compared());

try {
  const debian = await debianNode('bookworm');
  process.stdout.write(`\nthe same on Debian 12's Node ${debian.version}\n`);
  process.stdout.write(compared(debian));
  debian.remove();
} catch (error) {
  process.stdout.write(`\nleft out, Debian 12's Node: ${error}\n`);
}

process.stdout.write('\nwall time of each probe, side by side with the others (median of 5)\n');
const took = new Map<string, number[]>();
for (let round = 0; round < 5; round++) {
  const done = spawnSync(process.execPath, [agent, 'report', '--state', warm], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  for (const [name, ms] of Object.entries(reportSchema.parse(JSON.parse(done.stdout)).tookMs)) {
    took.set(name, [...(took.get(name) ?? []), ms]);
  }
}
for (const [name, list] of took) {
  process.stdout.write(`${name.padEnd(14)} ${median(list).toFixed(0).padStart(5)} ms\n`);
}
rmSync(cold, { recursive: true, force: true });
rmSync(warm, { recursive: true, force: true });

function compared(runtime?: Runtime): string {
  const candidates = [
    { name: "node -e ''  (the floor)", args: ['-e', ''] },
    { name: 'muster-agent --version', args: [agent, '--version'] },
    { name: 'muster-agent audit, QEMU answer cached', args: [agent, 'audit', '--state', warm] },
    {
      name: 'muster-agent audit, QEMU asked',
      args: [agent, 'audit', '--state', cold],
      before: () => rmSync(cold, { recursive: true, force: true }),
    },
    { name: 'muster-agent report, QEMU answer cached', args: [agent, 'report', '--state', warm] },
  ];
  return table(compare(candidates, ROUNDS, runtime));
}
