import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HostError, ParseError } from '../../../agent/host/host.ts';
import { parseMachineHelp } from '../../../agent/qemu/machine-help.ts';
import { parseQmpSession, qmpInput } from '../../../agent/qemu/qmp.ts';
import { kvmAnswerSchema } from '../../../shared/facts/qemu.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const greeting = {
  QMP: { version: { qemu: { major: 7, minor: 2, micro: 22 } }, capabilities: [] },
};

const replies = {
  capabilities: { return: {} },
  kvm: { return: { enabled: true, present: true } },
  definitions: { return: [{ name: 'qemu64-v1', 'unavailable-features': [] }] },
  machines: { return: [{ name: 'none' }, { name: 'isapc' }] },
  hostStatic: { return: { model: { name: 'base', props: { aes: true, avx: false } } } },
  hostFull: { return: { model: { name: 'host', props: { family: 6, 'model-id': 'Xeon' } } } },
  quit: { return: {} },
};

const answer = {
  definitions: [
    { name: 'qemu64-v1', aliasOf: null, unavailable: [], deprecated: false, migrationSafe: null },
  ],
  hostStatic: { aes: true, avx: false },
  hostFull: { family: 6, 'model-id': 'Xeon' },
  machines: [{ name: 'isapc', aliasOf: null, isDefault: false, deprecated: false }],
};

const refused = { error: { class: 'GenericError', desc: 'not to be had' } };

function session(changes: Record<string, unknown> = {}): string {
  const messages = Object.entries({ ...replies, ...changes }).flatMap(([id, reply]) => {
    return reply === null ? [] : [{ ...(reply as object), id }];
  });
  return [greeting, ...messages].map((message) => `${JSON.stringify(message)}\n`).join('');
}

test('a session is read by the ids of its replies', () => {
  expect(parseQmpSession(session())).toEqual(answer);
});

test('events and the order of replies do not matter', () => {
  const [first, ...rest] = session().trim().split('\n');
  const event = { timestamp: { seconds: 1, microseconds: 2 }, event: 'RESUME', data: {} };
  const lines = [first, JSON.stringify(event), ...rest.reverse(), ''];
  expect(parseQmpSession(lines.join('\r\n'))).toEqual(answer);
});

test('unavailable features are a sorted set, one without a name too; when not told, null', () => {
  const definitions = [
    { name: 'a', 'unavailable-features': ['pku', '', 'mpx', 'pku', 'avx512f', 'mpx'] },
    { name: 'b', 'alias-of': 'a', deprecated: true, 'migration-safe': false, static: false },
  ];
  expect(parseQmpSession(session({ definitions: { return: definitions } })).definitions).toEqual([
    {
      name: 'a',
      aliasOf: null,
      unavailable: ['(unnamed)', 'avx512f', 'mpx', 'pku'],
      deprecated: false,
      migrationSafe: null,
    },
    { name: 'b', aliasOf: 'a', unavailable: null, deprecated: true, migrationSafe: false },
  ]);
});

test('an alias of a machine stands as a machine before the one it means', () => {
  const machines = [
    { name: 'pc-q35-9.2', 'is-default': false, deprecated: true },
    { name: 'pc-i440fx-10.0', alias: 'pc', 'is-default': true },
  ];
  expect(parseQmpSession(session({ machines: { return: machines } })).machines).toEqual([
    { name: 'pc-q35-9.2', aliasOf: null, isDefault: false, deprecated: true },
    { name: 'pc', aliasOf: 'pc-i440fx-10.0', isDefault: false, deprecated: false },
    { name: 'pc-i440fx-10.0', aliasOf: null, isDefault: true, deprecated: false },
  ]);
});

test('properties that are no plain values are left out', () => {
  const props = { aes: true, 'hv-vendor-id': '', level: 22, list: [1], nothing: null, deep: {} };
  const hostFull = { return: { model: { name: 'host', props } } };
  expect(parseQmpSession(session({ hostFull })).hostFull).toEqual({
    aes: true,
    'hv-vendor-id': '',
    level: 22,
  });
});

test.each(['hostStatic', 'hostFull'])('%s that QEMU refused is null, the rest stands', (id) => {
  expect(parseQmpSession(session({ [id]: refused }))).toEqual({ ...answer, [id]: null });
});

describe('a session that answers less is a failure', () => {
  test.each([
    ['without KVM', { kvm: { return: { enabled: false, present: true } } }, 'not enabled'],
    ['query-kvm refused', { kvm: refused }, 'QEMU refused "kvm": not to be had'],
    ['definitions refused', { definitions: refused }, 'QEMU refused "definitions"'],
    ['machines refused', { machines: refused }, 'QEMU refused "machines"'],
  ])('%s', (_name, changes, message) => {
    expect(() => parseQmpSession(session(changes))).toThrow(HostError);
    expect(() => parseQmpSession(session(changes))).toThrow(message);
  });

  test.each([
    ['no reply about KVM', session({ kvm: null }), 'no reply to "kvm"'],
    ['no definitions', session({ definitions: null }), 'no reply to "definitions"'],
    ['no machines', session({ machines: null }), 'no reply to "machines"'],
    ['no expansion', session({ hostFull: null }), 'no reply to "hostFull"'],
    ['an empty list of models', session({ definitions: { return: [] } }), 'knows no CPU model'],
    [
      'another shape',
      session({ definitions: { return: [{ name: 'a', 'unavailable-features': 'pku' }] } }),
      'unexpected reply to "definitions" at "0.unavailable-features"',
    ],
    ['another shape of KVM', session({ kvm: { return: {} } }), 'unexpected reply to "kvm"'],
    ['no greeting', session().slice(session().indexOf('\n') + 1), 'no QMP greeting'],
    ['empty', '', 'no QMP greeting'],
    ['cut off', session().slice(0, 200), 'QMP session'],
    ['binary', session().replace('Xeon', 'Xe\0n'), 'binary data'],
    ['no JSON', `${session()}Segmentation fault\n`, 'QMP session: message'],
    ['no QMP message', `${session()}{"hello":1}\n`, 'QMP session: message'],
  ])('%s', (_name, text, message) => {
    expect(() => parseQmpSession(text)).toThrow(ParseError);
    expect(() => parseQmpSession(text)).toThrow(message);
  });
});

test('all commands are sent at once, each with an id of its own, and the last is quit', () => {
  const commands = qmpInput
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(commands.map((command) => command.id)).toEqual(Object.keys(replies));
  expect(commands.at(-1).execute).toBe('quit');
});

describeWith([captures], 'what real QEMUs answered', () => {
  const read = (path: string[]) => JSON.parse(readFileSync(reference(...path), 'utf8'));

  test.each([
    ['debian-11-chroot', '5.2'],
    ['this-machine', '7.2'],
    ['debian-13-chroot', '10.0'],
  ])('%s: the machines are those of -machine help %s', (name, version) => {
    const part = (file: string) => read(['captures', name, 'qmp', `kvm-${file}.json`]);
    const parsed = kvmAnswerSchema.parse(
      parseQmpSession(
        session({
          kvm: part('query-kvm'),
          definitions: part('query-cpu-definitions'),
          machines: part('query-machines'),
        }),
      ),
    );
    const help = readFileSync(reference('cpu', 'help', `machine-help-${version}.txt`), 'utf8');
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    const listed = parseMachineHelp(help).filter((machine) => machine.name !== 'none');
    expect(parsed.machines.sort(byName)).toEqual(listed.sort(byName));
    const unavailable = parsed.definitions.map((definition) => definition.unavailable);
    expect(unavailable.filter((list) => list === null)).toEqual([]);
  });

  test.each(['debian-11-chroot', 'this-machine', 'debian-13-chroot'])(
    '%s: a session of the emulator proves nothing about KVM',
    (name) => {
      const kvm = read(['captures', name, 'qmp', 'tcg-query-kvm.json']);
      expect(() => parseQmpSession(session({ kvm }))).toThrow('not enabled');
    },
  );

  test.each([
    ['7.2', 132],
    ['10.0', 154],
  ])('%s: a whole recorded session, of whose %i models eleven are usable', (version, count) => {
    const raw = read(['cpu', 'qmp', `${version}-kvm-session.json`]);
    const parsed = parseQmpSession(
      session({ kvm: raw['query-kvm'], definitions: raw['query-cpu-definitions'] }),
    );
    const usable = parsed.definitions.filter((one) => one.unavailable?.length === 0);
    const versioned = usable.filter((one) => one.aliasOf === null);
    expect(parsed.definitions.length).toBe(count);
    expect(usable.length).toBe(11);
    expect(versioned.map((one) => one.name).sort()).toEqual([
      '486-v1',
      'base',
      'host',
      'max',
      'pentium-v1',
      'pentium2-v1',
      'pentium3-v1',
    ]);
  });
});

describeWith([captures], 'what QEMU answered on a real AMD host', () => {
  const read = (path: string[]) => JSON.parse(readFileSync(reference(...path), 'utf8'));

  test.each(['6.2.0', '7.2.0'])('QEMU %s', (version) => {
    const part = (file: string) => {
      return read(['captures', 'libvirt-qemu-replies', `${version}-query-${file}-1.json`]);
    };
    const parsed = kvmAnswerSchema.parse(
      parseQmpSession(
        session({
          kvm: part('kvm'),
          definitions: part('cpu-definitions'),
          machines: part('machines'),
          hostStatic: part('cpu-model-expansion-host-static'),
          hostFull: part('cpu-model-expansion-host-full'),
        }),
      ),
    );
    const rome = parsed.definitions.find((one) => one.name === 'EPYC-Rome-v1');
    const intel = parsed.definitions.find((one) => one.name === 'Cascadelake-Server-v1');
    expect(rome?.unavailable).toEqual([]);
    expect(intel?.unavailable).toContain('avx512f');
    expect(parsed.hostStatic).toMatchObject({ family: 23, aes: true, avx512f: false });
    expect(parsed.hostFull).toMatchObject({ family: 23, aes: true });
  });
});
