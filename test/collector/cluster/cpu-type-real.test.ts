import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { liveHost } from '../../../agent/host/live.ts';
import { cpuProbe } from '../../../agent/probes/cpu.ts';
import { kvmProbe } from '../../../agent/probes/kvm.ts';
import { osProbe } from '../../../agent/probes/os.ts';
import { qemuProbe } from '../../../agent/probes/qemu.ts';
import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import { cpuTypeAnswer } from '../../../collector/cluster/cpu-type.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { asRoot, describeWith, kvmDevice, program } from '../../requirements.ts';

const qemu = program('qemu-system-x86_64', 'qemu-system-x86');
const policy = defaultPolicy();

describeWith([kvmDevice, qemu, asRoot], 'the answer for this machine', () => {
  test('starts with enforce, and every better model is refused', async () => {
    const answer = cpuTypeAnswer({ nodes: [await thisMachine()], policy });
    const [group] = answer.groups;
    const recommended = group?.recommended;
    expect(group?.state).toBe('answered');
    expect(recommended?.cpuType).toMatch(/,enforce$/);
    expect(startsWith(recommended?.cpuType ?? '')).toEqual({ status: 0, stderr: '' });
    const plain = group?.plain?.cpuType;
    if (plain) expect(startsWith(`${plain},enforce`)).toEqual({ status: 0, stderr: '' });

    const better = group?.blockers.map(({ model }) => model) ?? [];
    console.log(`${recommended?.cpuType} starts; refused: ${better.join(', ')}`);
    for (const model of better) expect(startsWith(`${model},enforce`)).toMatchObject({ status: 1 });
  }, 60_000);

  test('is QEMU’s own verdict for every model, started one by one', async () => {
    const [kind] = cpuTypeAnswer({ nodes: [await thisMachine()], policy }).kinds;
    if (!kind || kind.models.evidence === 'none') throw new Error('this machine told nothing');
    expect(kind.models.evidence).toBe('proven');
    const models = [...kind.models.verdicts].filter(([name]) => name !== 'base');
    const sample = models.filter(
      ([, { verdict }], index) => verdict === 'runnable' || index % 6 === 0,
    );
    for (const [name, { verdict }] of sample) {
      const { status } = startsWith(`${name},enforce`);
      expect([name, status]).toEqual([name, verdict === 'runnable' ? 0 : 1]);
    }
  }, 120_000);
});

async function thisMachine(): Promise<NodeEvidence> {
  const host = liveHost();
  const [cpu, kvm, qemuFacts, os] = await Promise.all([
    cpuProbe.collect(host, policy),
    kvmProbe.collect(host, policy),
    qemuProbe.collect(host, policy),
    osProbe.collect(host, policy),
  ]);
  return { node: 'here', absent: null, host: { cpu, kvm, qemu: qemuFacts, os } };
}

/** Starts a guest that never runs, and ends it over QMP. */
function startsWith(cpuType: string) {
  const args = ['-machine', 'pc', '-accel', 'kvm', '-cpu', cpuType, '-S', '-nodefaults'];
  const { status, stderr } = spawnSync(
    'qemu-system-x86_64',
    [...args, '-display', 'none', '-qmp', 'stdio'],
    {
      input: '{"execute":"qmp_capabilities"}{"execute":"quit"}',
      encoding: 'utf8',
      timeout: 20_000,
    },
  );
  return { status, stderr };
}
