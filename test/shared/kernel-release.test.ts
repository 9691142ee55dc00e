import { expect, test } from 'vitest';
import { newerKernel } from '../../shared/kernel-release.ts';

test.each<[string, string[], string | null]>([
  ['6.1.0-41-amd64', [], null],
  ['6.1.0-41-amd64', ['6.1.0-41-amd64', '6.1.0-40-amd64'], null],
  ['6.1.0-9-amd64', ['6.1.0-10-amd64', '6.1.0-9-amd64'], '6.1.0-10-amd64'],
  ['6.1.0-40-amd64', ['6.1.0-42-amd64', '6.1.0-41-amd64'], '6.1.0-42-amd64'],
  ['6.1.0-41-amd64', ['6.12.57+deb12-amd64'], '6.12.57+deb12-amd64'],
  ['6.12.57+deb12-amd64', ['6.12.57+deb13-amd64', '6.1.0-41-amd64'], null],
  ['5.14.0-570.el9.x86_64', ['5.14.0-570.8.1.el9.x86_64'], '5.14.0-570.8.1.el9.x86_64'],
  ['6.12.57', ['6.12.58', '6.12.57'], '6.12.58'],
  ['6.1.0-41-amd64', ['6.1.0-42-rt-amd64', '6.1.0-42-cloud-amd64'], null],
  ['6.1.0-41-cloud-amd64', ['6.1.0-42-amd64'], null],
  ['5.14.0-570.el9.x86_64', ['5.14.0-570.12.1.el9.x86_64'], '5.14.0-570.12.1.el9.x86_64'],
  ['6.8.12-4-pve', ['6.8.12-15-pve'], '6.8.12-15-pve'],
  ['6.1.0-custom', ['6.1.0-41-amd64'], null],
])('beside %s of %j the newer is %s', (running, installed, newer) => {
  expect(newerKernel(running, installed)).toBe(newer);
});
