// What asking QEMU costs on a node, once per QEMU, kernel and boot, and what the kept answer costs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveHost } from '../../agent/host/live.ts';
import { qemuProbe } from '../../agent/probes/qemu.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import { machine, median } from './measure.ts';

const ROUNDS = 15;
const policy = defaultPolicy();
const warm = mkdtempSync(join(tmpdir(), 'muster-qemu-'));

const facts = await qemuProbe.collect(liveHost({ stateDir: warm }), policy);
if (facts.binary === null) {
  process.stdout.write('no QEMU on this machine: nothing to measure\n');
} else {
  const binary = facts.binary;
  process.stdout.write(`${machine()}; ${binary}; medians of ${ROUNDS} rounds, turn by turn\n`);
  const figures: [string, () => Promise<unknown>][] = [
    ['qemu -version  (the floor)', async () => spawnSync(binary, ['-version'])],
    ['probe, QEMU asked', () => qemuProbe.collect(liveHost(), policy)],
    ['probe, answer kept', () => qemuProbe.collect(liveHost({ stateDir: warm }), policy)],
  ];
  const took = new Map<string, number[]>(figures.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, action] of figures) {
      const start = performance.now();
      await action();
      took.get(name)?.push(performance.now() - start);
    }
  }
  const floor = median(took.get(figures[0]?.[0] ?? '') ?? []);
  for (const [name, list] of took) {
    const ms = median(list);
    const ratio = (ms / floor).toFixed(2).padStart(6);
    process.stdout.write(`${name.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms ${ratio} x\n`);
  }
}
rmSync(warm, { recursive: true, force: true });
