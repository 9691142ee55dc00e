import { expect, test } from 'vitest';
import { within } from '../../../agent/host/deadline.ts';

const never = new Promise<string>(() => undefined);

test('work that ends in time gives its value', async () => {
  await expect(within(1000, 'a source', Promise.resolve('value'))).resolves.toBe('value');
});

test('work that fails in time fails as it did', async () => {
  await expect(within(1000, 'a source', Promise.reject(new Error('own')))).rejects.toThrow('own');
});

test('work that hangs, such as a read on a dead mount, fails as timed out', async () => {
  await expect(within(20, '/mnt/dead/file', never)).rejects.toMatchObject({
    name: 'HostError',
    kind: 'timed_out',
    source: '/mnt/dead/file',
    message: '/mnt/dead/file: no answer within 20 ms',
  });
});
