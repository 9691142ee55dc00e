import { expect, test } from 'vitest';
import { type Change, failed, ok } from '../seed-cluster.ts';
import { thirdChanged } from './judging.ts';

const third = 'ganeti03.example.org';
const both = 'ganeti01.example.org and ganeti02.example.org';
const set = (value: Record<string, string | null>): Change => {
  return ({ os }) => {
    os.sysctls = ok(value);
  };
};

test.each<[string, Change, string[]]>([
  ['the same', () => undefined, ['pass the same on 3 nodes']],
  [
    'forwarding on',
    set({ 'net.ipv4.ip_forward': '1', 'vm.swappiness': '60' }),
    [`warn net.ipv4.ip_forward: 0 on ${both}; 1 on ${third}; expected the same on all nodes`],
  ],
  [
    'a setting that is not there',
    set({ 'net.ipv4.ip_forward': '0', 'vm.swappiness': null }),
    [`warn vm.swappiness: 60 on ${both}; not there on ${third}; expected the same on all nodes`],
  ],
  [
    'no answer',
    ({ os }) => {
      os.sysctls = failed('denied');
    },
    [`unknown settings not known of ${third} (denied)`],
  ],
])('os.sysctls-equal: %s on the third node', (_, change, expected) => {
  expect(thirdChanged('os.sysctls-equal', change)).toEqual(expected);
});
