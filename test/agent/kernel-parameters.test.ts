import { expect, test } from 'vitest';
import { ParseError } from '../../agent/host/host.ts';
import { parseKernelParameters } from '../../agent/kernel-parameters.ts';

test.each([
  ['', []],
  ['BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro quiet\n', []],
  ['quiet mitigations=off nosmt tsx=on\n', ['mitigations=off', 'nosmt', 'tsx=on']],
  ['kvm-intel.nested=1 kvm_amd.npt=0 kvm.ignore_msrs=1', null],
  ['spec-store-bypass-disable=on clearcpuid=304,rtm noxsaves', null],
  ['default_hugepagesz=1G hugepagesz=1G hugepages=16 isolcpus=2-5', null],
])('of %j the words about CPU, KVM and memory are kept', (line, kept) => {
  expect(parseKernelParameters(line)).toEqual(kept ?? line.split(' '));
});

test.each([
  'token=hunter2',
  'kvmx.secret=1',
  'xkvm.secret=1',
  'mitigationsx=off',
  'mds.secret=1',
  'systemd.setenv=TSX=on',
  'rd.luks.key="mitigations=off nosmt"',
  '"dyndbg=file x.c +p nosmt"',
])('%j is left out, as is all that is in its quotes', (word) => {
  expect(parseKernelParameters(`ro ${word} pti=on`)).toEqual(['pti=on']);
});

test('what follows two dashes is for init, and is left out', () => {
  expect(parseKernelParameters('nosmt -- mitigations=off --token nopti\n')).toEqual(['nosmt']);
});

test('an open quote reaches to the end', () => {
  expect(parseKernelParameters('nosmt "a b pti=on')).toEqual(['nosmt']);
});

test('binary data is refused', () => {
  expect(() => parseKernelParameters('nosmt\0pti')).toThrow(ParseError);
});
