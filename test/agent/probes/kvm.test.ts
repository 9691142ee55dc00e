import { describe, expect, test } from 'vitest';
import { liveHost } from '../../../agent/host/live.ts';
import { kvmProbe } from '../../../agent/probes/kvm.ts';
import { kvmSchema } from '../../../shared/facts/kvm.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { describeWith, kvmDevice } from '../../requirements.ts';
import { madeHost, recordedHost } from '../recorded-hosts.ts';

const policy = defaultPolicy();
const ok = <T>(value: T) => ({ status: 'ok', value });

test('a guest with KVM built into a kernel without modules', async () => {
  const host = await recordedHost('epyc-guest-restricted-kvm');
  expect(kvmSchema.parse(await kvmProbe.collect(host, policy))).toEqual({
    modules: ok(['kvm', 'kvm_pvm']),
    parameters: {
      kvm: { enable_pmu: 'N', ignore_msrs: 'N', nx_huge_pages: 'N', tdp_mmu: 'N' },
      kvm_pvm: { force: 'N', hb_mask: '8388607' },
    },
    device: ok({ type: 'character', major: 10, minor: 232, mode: '0600' }),
    opening: ok('opened'),
    vhostNet: ok(false),
    tun: ok(true),
  });
});

test('VT-x locked off: the common module is loaded, the device does not exist', async () => {
  const host = await recordedHost('xeon-e5-vtx-off');
  const facts = kvmSchema.parse(await kvmProbe.collect(host, policy));
  expect(facts).toEqual({
    modules: ok(['kvm']),
    parameters: { kvm: { halt_poll_ns: '200000', ignore_msrs: 'N' } },
    device: ok(null),
    opening: {
      status: 'failed',
      error: {
        kind: 'not_found',
        message: '/dev/kvm: no such file or directory',
        source: '/dev/kvm',
      },
    },
    vhostNet: ok(true),
    tun: ok(true),
  });
});

test('an agent that may not open the device says denied', async () => {
  const host = await recordedHost('xeon-gold-two-microcodes');
  const facts = kvmSchema.parse(await kvmProbe.collect(host, policy));
  expect(facts.modules).toEqual(ok(['kvm', 'kvm_intel']));
  expect(facts.parameters).toEqual({
    kvm: { nx_huge_pages: 'Y' },
    kvm_intel: { ept: 'Y', nested: 'Y' },
  });
  expect(facts.device).toEqual(ok({ type: 'character', major: 10, minor: 232, mode: '0660' }));
  expect(facts.opening).toMatchObject({ status: 'failed', error: { kind: 'denied' } });
});

describe('odd hosts', () => {
  test('a plain file in the place of the device is shown as what it is', async () => {
    const status = { type: 'file', mode: '0644', sizeBytes: 0, modifiedMs: 1, inode: 5 };
    const stats = { '/dev/kvm': { ...status, major: null, minor: null } };
    const facts = await kvmProbe.collect(await madeHost({ snapshot: { stats } }), policy);
    expect(kvmSchema.parse(facts).device).toEqual(
      ok({ type: 'file', mode: '0644', major: null, minor: null }),
    );
  });

  test('of a bare tree nothing is claimed', async () => {
    const facts = kvmSchema.parse(await kvmProbe.collect(await madeHost({}), policy));
    const { parameters, ...readings } = facts;
    expect(parameters).toEqual({});
    for (const reading of Object.values(readings)) {
      expect(reading).toMatchObject({ status: 'failed', error: { kind: 'not_recorded' } });
    }
  });

  test('a damaged list of modules fails alone', async () => {
    const host = await madeHost({
      like: 'xeon-e5-vtx-off',
      files: { '/proc/modules': 'kvm 1142784 0 - Li' },
    });
    const facts = await kvmProbe.collect(host, policy);
    expect(facts.modules).toMatchObject({ status: 'failed', error: { kind: 'unparsable' } });
    expect(facts.parameters).toEqual({});
    expect(facts.tun).toEqual(ok(true));
  });
});

describeWith([kvmDevice], 'the KVM of this machine', () => {
  test('is there and opens', async () => {
    const facts = kvmSchema.parse(await kvmProbe.collect(liveHost(), policy));
    expect(facts.opening).toEqual(ok('opened'));
    expect(facts.device).toMatchObject(ok({ type: 'character', major: 10, minor: 232 }));
    expect(facts.modules.status === 'ok' && facts.modules.value).toContain('kvm');
  });
});
