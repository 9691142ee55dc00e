import { expect, test } from 'vitest';
import { ParseError } from '../../agent/host/host.ts';
import { kvmModules, moduleParameters, parseModules } from '../../agent/kvm-modules.ts';
import { madeHost } from './recorded-hosts.ts';

const MODULES = [
  'kvm_intel 380928 6 - Live 0xffffffffc0a00000',
  'kvmgt 45056 0 - Live 0xffffffffc0900000 (OE)',
  'kvm 1146880 2 kvmgt,kvm_intel, Live 0xffffffffc08b0000',
  'xkvm_ 1 -2 - Unloading 0x0000000000000000',
  '',
].join('\n');

const absent = (path: string) => ({
  [path]: { kind: 'not_found', message: `${path}: no such file or directory` },
});

test('modules are known by the exact name, whatever depends on them', async () => {
  const host = await madeHost({
    files: { '/proc/modules': MODULES },
    snapshot: { lists: { '/sys/module': ['kvm', 'kvmgt', 'vhost'] } },
  });
  expect(parseModules(MODULES)).toEqual(['kvm_intel', 'kvmgt', 'kvm', 'xkvm_']);
  expect(await kvmModules(host)).toEqual(['kvm', 'kvm_intel']);
});

test('what is built into the kernel stands in /sys/module alone', async () => {
  const host = await madeHost({
    snapshot: {
      failures: absent('/proc/modules'),
      lists: { '/sys/module': ['kvm', 'kvm_pvm', 'kernel'] },
    },
  });
  expect(await kvmModules(host)).toEqual(['kvm', 'kvm_pvm']);
});

test('no KVM module is an answer', async () => {
  const host = await madeHost({
    files: { '/proc/modules': '' },
    snapshot: { lists: { '/sys/module': ['kernel'] } },
  });
  expect(await kvmModules(host)).toEqual([]);
});

test.each([
  ['/proc/modules', { lists: { '/sys/module': ['kernel'] } }],
  ['/sys/module', { failures: absent('/proc/modules') }],
])('without %s nothing is known of modules', async (path, snapshot) => {
  const host = await madeHost({ snapshot });
  await expect(kvmModules(host)).rejects.toMatchObject({ kind: 'not_recorded', source: path });
});

test('parameters are raw, those that cannot be read are left out', async () => {
  const folder = '/sys/module/kvm/parameters';
  const host = await madeHost({
    files: { [`${folder}/ignore_msrs`]: 'N\n', [`${folder}/empty`]: '\n' },
    snapshot: {
      failures: { [`${folder}/secret`]: { kind: 'denied', message: 'permission denied' } },
      lists: { [folder]: ['empty', 'ignore_msrs', 'secret'] },
    },
  });
  expect(await moduleParameters(host, 'kvm')).toEqual({ empty: '', ignore_msrs: 'N' });
});

test('a module without parameters has none', async () => {
  const host = await madeHost({ snapshot: { failures: absent('/sys/module/kvm_amd/parameters') } });
  expect(await moduleParameters(host, 'kvm_amd')).toEqual({});
});

test.each(['Module Size Used by\n', 'kvm 12\n', 'kvm_intel 380928 6 - Li', 'kvm\0', '\u007fELF'])(
  'the text %j is refused',
  (text) => {
    expect(() => parseModules(text)).toThrow(ParseError);
  },
);
