import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { liveHost } from '../../../agent/host/live.ts';
import { guestsProbe } from '../../../agent/probes/guests.ts';
import { guestsSchema } from '../../../shared/facts/guests.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { MIB } from '../../../shared/units.ts';
import { asRoot, describeWith, kvmDevice, program } from '../../requirements.ts';

const qemu = '/usr/bin/qemu-system-x86_64';
const needs = [asRoot, kvmDevice, program('qemu-system-x86_64', 'qemu-system-x86')];

describeWith(needs, 'real guests', () => {
  const pidFiles = '/var/run/ganeti/kvm-hypervisor/pid';
  const fast = `mustertest${process.pid}-kvm`;
  const slow = `mustertest${process.pid}-tcg`;
  let made: string | undefined;
  let folder = '';

  beforeAll(() => {
    made = mkdirSync(pidFiles, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'muster-guests-'));
    const copy = join(folder, 'qemu');
    copyFileSync(qemu, copy);
    start(copy, fast, 'kvm');
    rmSync(copy);
    start(qemu, slow, 'tcg');
  });

  afterAll(() => {
    for (const file of [fast, slow].map((name) => join(pidFiles, name)).filter(existsSync)) {
      process.kill(Number(readFileSync(file, 'utf8')));
      rmSync(file, { force: true });
    }
    rmSync(folder, { recursive: true });
    if (made !== undefined) rmSync(made, { recursive: true });
  });

  test('are told apart by what runs them, and by their executable', async () => {
    const { guests } = guestsSchema.parse(await guestsProbe.collect(liveHost(), defaultPolicy()));
    const [kvm, tcg] = [fast, slow].map((name) => guests.find((one) => one.instance === name));
    const same = { state: 'running', uid: 0, startedAfterBootMs: expect.any(Number) };
    const asked = { memoryBytes: 48 * MIB, machine: 'pc-i440fx-7.2', vcpus: 1, cpu: 'qemu64' };
    expect(kvm?.process).toMatchObject({
      value: {
        ...{ ...same, executable: join(folder, 'qemu'), deleted: true, acceleration: 'kvm' },
        arguments: { value: { ...asked, name: fast, acceleration: ['kvm'] } },
      },
    });
    expect(tcg?.process).toMatchObject({
      value: {
        ...{ ...same, executable: qemu, deleted: false, acceleration: 'tcg' },
        arguments: { value: { ...asked, name: slow, vnc: [{ address: null }] } },
      },
    });
    expect(JSON.stringify([kvm, tcg])).not.toContain('S3kr1t');
  });

  function start(binary: string, name: string, accel: string): void {
    const words = [
      ...['-name', name, '-accel', accel, '-m', '48', '-smp', '1', '-cpu', 'qemu64', '-S'],
      ...['-machine', 'pc-i440fx-7.2', '-nodefaults', '-daemonize'],
      ...['-L', '/usr/share/qemu', '-L', '/usr/share/seabios'],
      ...['-object', 'secret,id=s0,data=S3kr1t', '-pidfile', join(pidFiles, name)],
      ...['-vnc', `unix:${join(folder, name)}.vnc`],
    ];
    execFileSync(binary, words, { timeout: 20_000, stdio: 'ignore' });
  }
});
