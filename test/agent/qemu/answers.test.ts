import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Host, HostError, ParseError } from '../../../agent/host/host.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { answerOf, kvmState, type Question } from '../../../agent/qemu/answers.ts';
import { describeWith, kvmDevice } from '../../requirements.ts';
import { madeHost } from '../recorded-hosts.ts';

let folder: string;
let host: Host;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-answers-'));
  host = liveHost({ stateDir: join(folder, 'state') });
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A program in the place of QEMU that notes each run, then does as `body` says. */
function program(body: string): string {
  const path = join(folder, 'qemu');
  writeFileSync(path, `#!/bin/sh\necho "$@" >>${join(folder, 'runs')}\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

function runs(): string[] {
  const log = join(folder, 'runs');
  return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [];
}

function question(changes: Partial<Question<string>> = {}): Question<string> {
  return {
    name: 'test',
    args: ['-version'],
    parse: (stdout) => {
      if (!stdout.endsWith('\n')) throw new ParseError('cut off');
      return stdout.trim();
    },
    dependsOn: async () => null,
    ...changes,
  };
}

describe('an answer is kept', () => {
  test('for as long as nothing changes', async () => {
    const path = program('echo 7.2');
    expect(await answerOf({ host, path }, question())).toBe('7.2');
    expect(await answerOf({ host, path }, question())).toBe('7.2');
    const later = liveHost({ stateDir: join(folder, 'state') });
    expect(await answerOf({ host: later, path }, question())).toBe('7.2');
    expect(runs()).toEqual(['-version']);
  });

  test('until the binary changes', async () => {
    expect(await answerOf({ host, path: program('echo 7.2') }, question())).toBe('7.2');
    expect(await answerOf({ host, path: program('echo 10.0') }, question())).toBe('10.0');
  });

  test('until the arguments or the input change', async () => {
    const path = program('cat; echo done');
    expect(await answerOf({ host, path }, question({ input: 'a ' }))).toBe('a done');
    expect(await answerOf({ host, path }, question({ input: 'b ' }))).toBe('b done');
    expect(await answerOf({ host, path }, question({ input: 'b ', args: ['-S'] }))).toBe('b done');
    expect(runs()).toEqual(['-version', '-version', '-S']);
  });

  test('until what it depends on changes', async () => {
    const path = program('echo 7.2');
    const microcode = (version: string) => question({ dependsOn: async () => ({ version }) });
    await answerOf({ host, path }, microcode('0x1'));
    await answerOf({ host, path }, microcode('0x1'));
    await answerOf({ host, path }, microcode('0x2'));
    expect(runs().length).toBe(2);
  });
});

describe('an answer is not kept', () => {
  test('when the program failed', async () => {
    const path = program('echo half; exit 1');
    for (const _time of [1, 2]) {
      const asked = answerOf({ host, path }, question());
      await expect(asked).rejects.toMatchObject({ kind: 'exit_code' });
    }
    expect(runs().length).toBe(2);
  });

  test('when it could not be read', async () => {
    const path = program('printf half');
    for (const _time of [1, 2]) {
      await expect(answerOf({ host, path }, question())).rejects.toBeInstanceOf(ParseError);
    }
    expect(runs().length).toBe(2);
  });

  test('when it is not known what it depends on', async () => {
    const path = program('echo 7.2');
    const dependsOn = async () => {
      throw new HostError('denied', '/dev/kvm', 'permission denied');
    };
    await answerOf({ host, path }, question({ dependsOn }));
    expect(await answerOf({ host, path }, question({ dependsOn }))).toBe('7.2');
    expect(runs().length).toBe(2);
  });

  test('when there is no place to keep it', async () => {
    const path = program('echo 7.2');
    await answerOf({ host: liveHost(), path }, question());
    await answerOf({ host: liveHost(), path }, question());
    expect(runs().length).toBe(2);
  });
});

describe('the state of KVM', () => {
  const like = 'epyc-guest-restricted-kvm';
  const cmdline = { '/proc/cmdline': 'mitigations=off\n' };
  const parameter = { '/sys/module/kvm/parameters/enable_pmu': 'Y\n' };
  const kernel = { '/proc/sys/kernel/osrelease': '6.1.0\n' };
  const boot = { '/proc/sys/kernel/random/boot_id': '00000000-0000-0000-0000-000000000000\n' };
  const flags = 'processor : 0\nmicrocode : 0x2\nflags : lm\n';
  const microcode = { '/proc/cpuinfo': flags };

  test('is the same for the same host', async () => {
    const state = await kvmState(await madeHost({ like }));
    expect(await kvmState(await madeHost({ like }))).toEqual(state);
  });

  test.each([
    ['kernel parameter', cmdline],
    ['parameter of the module', parameter],
    ['kernel', kernel],
    ['boot', boot],
    ['microcode', microcode],
  ])('changes with another %s', async (_name, files) => {
    const state = await kvmState(await madeHost({ like }));
    expect(await kvmState(await madeHost({ like, files }))).not.toEqual(state);
  });

  test.each(['xeon-e5-vtx-off', 'xeon-gold-two-microcodes'])(
    'is not known on %s, where the device is missing or closed to us',
    async (name) => {
      await expect(kvmState(await madeHost({ like: name }))).rejects.toBeInstanceOf(HostError);
    },
  );
});

describeWith([kvmDevice], 'the state of the KVM of this machine', () => {
  test('does not change by looking at it', async () => {
    expect(await kvmState(liveHost())).toEqual(await kvmState(liveHost()));
  });
});
