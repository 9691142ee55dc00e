import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ParseError } from '../../../agent/host/host.ts';
import { hashMachineId, identityProbe, parseHostname } from '../../../agent/probes/identity.ts';
import { identitySchema } from '../../../shared/facts/identity.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const ID = '0123456789abcdef0123456789abcdef';

test('a host with everything', async () => {
  const host = await recordedHost('epyc-guest-restricted-kvm');
  expect(identitySchema.parse(await identityProbe.collect(host, policy))).toEqual({
    hostname: 'epyc-guest',
    fqdn: { status: 'ok', value: 'epyc-guest.example.org' },
    machineIdHash: '0f9913b7912ee9d8e2fba5c0dbf02bff620d03cab15d35432b83a78b7eaddc4e',
    bootId: '5e0f2a64-5b8e-4f0a-9d7c-2f1b8a3c6d01',
  });
});

test('a host without machine id whose name does not resolve', async () => {
  const host = await recordedHost('xeon-gold-two-microcodes');
  expect(identitySchema.parse(await identityProbe.collect(host, policy))).toEqual({
    hostname: 'node3',
    fqdn: {
      status: 'failed',
      error: {
        kind: 'exit_code',
        message: 'hostname --fqdn: exit code 1: hostname: Temporary failure in name resolution',
        source: 'hostname --fqdn',
      },
    },
    machineIdHash: null,
    bootId: 'c7d0a9b2-1b6f-4d11-b1f8-0a9d3c5e7003',
  });
});

describe('the machine id', () => {
  test('is known by a digest that is not its plain digest', () => {
    const hash = hashMachineId(`${ID}\n`);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).toBe(hashMachineId(ID));
    expect(hash).not.toBe(hashMachineId(ID.replace('0', '1')));
    expect(hash).not.toBe(createHash('sha256').update(ID).digest('hex'));
  });

  test.each(['', '\n', 'uninitialized\n'])('%j is none', (text) => {
    expect(hashMachineId(text)).toBeNull();
  });

  test.each(['0123', ID.toUpperCase(), `${ID}${ID}`, `${ID}\0`, 'not found'])(
    '%j is refused',
    (text) => {
      expect(() => hashMachineId(text)).toThrow(ParseError);
    },
  );
});

test.each(['', '\n', 'two words', 'a\nb', 'a\0', '\u001b[31mred', 'x'.repeat(254)])(
  'the host name %j is refused',
  (text) => {
    expect(() => parseHostname(text)).toThrow(ParseError);
  },
);

test('an unusual host name is kept as it is', () => {
  expect(parseHostname('Node_1.exämple\n')).toBe('Node_1.exämple');
});

test('without a host name the section fails', async () => {
  await expect(identityProbe.collect(await madeHost({}), policy)).rejects.toMatchObject({
    kind: 'not_recorded',
  });
});
