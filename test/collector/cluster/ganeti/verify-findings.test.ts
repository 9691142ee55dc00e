import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseVerifyOutput } from '../../../../shared/ganeti-verify.ts';
import { captures, describeWith, reference } from '../../../requirements.ts';
import { ok } from '../../seed-cluster.ts';
import { type Change, first, reported, second, third } from './cluster.ts';

/** The master's last verify with the findings of an output. */
const verified =
  (text: string): Change =>
  ({ master }) => {
    if (master?.lastVerify.status !== 'ok' || !master.lastVerify.value) return;
    const findings = parseVerifyOutput(text)?.findings ?? [];
    Object.assign(master.lastVerify.value, { ok: false, findings });
    if (master.config.status !== 'ok') return;
    const uuid = '1aa1ff2a-f468-4362-9e2c-4e9f7576e8ca';
    for (const node of master.config.value.nodes) if (node.name === third) node.uuid = uuid;
  };

describe('ganeti.verify-findings', () => {
  const found = (...lines: string[]) =>
    reported('ganeti.verify-findings', {
      1: verified(`* Verifying\n${lines.map((line) => `  - ${line}`).join('\n')}\n`),
    });

  test('one finding for each code of the cluster, and for each node', () => {
    expect(
      found(
        'WARNING:ECLUSTERCERT:cluster:None:rapi.pem: expires in 20 days',
        'ERROR:ECLUSTERCERT:cluster:None:server.pem: expired',
        `WARNING:ENODEORPHANLV:node:${second}:volume gnt/a is unknown`,
        `WARNING:ENODEORPHANLV:node:${second}:volume gnt/b is unknown`,
        'ERROR:EINSTANCEDOWN:instance:vm1.example.org:instance not running',
        'ERROR:EINSTANCEDOWN:instance:vm2.example.org:instance not running',
      ),
    ).toEqual([
      'fail verify: ECLUSTERCERT: rapi.pem: expires in 20 days, and 1 more like it; expected none',
      `warn [${second}] verify: ENODEORPHANLV: volume gnt/a is unknown, and 1 more like it; ` +
        'expected none',
      'fail verify: EINSTANCEDOWN (vm1.example.org and vm2.example.org): instance not running, ' +
        'and 1 more like it; expected none',
    ]);
  });

  test('what only speaks of a node whose name is longer does not follow from a dead one', () => {
    const lines = found(
      `ERROR:ENODERPC:node:${third}:while contacting node: Connection refused`,
      `ERROR:EINSTANCEDOWN:instance:vm1:not running on ${third}.net`,
      `ERROR:EINSTANCEDOWN:instance:vm2:not running on ${third}.`,
    );
    expect(lines).toEqual([
      `fail [${third}] verify: ENODERPC: while contacting node: Connection refused; it ` +
        'brings 1 more finding: EINSTANCEDOWN; expected none',
      `fail verify: EINSTANCEDOWN (vm1): not running on ${third}.net; expected none`,
    ]);
  });

  test('run without codes: by what its text tells, the rest together and at its node', () => {
    expect(
      found(
        `ERROR: node ${third}: while contacting node: Error 7: Failed to connect`,
        `ERROR: node ${third}: Could not verify the SSH setup of this node.`,
        `ERROR: instance vm1: instance not running on its primary node ${third}`,
        `ERROR: node ${second}: volume group 'gnt' missing`,
        `ERROR: node ${second}: something that nobody has seen`,
        `WARNING: node ${second}: and another such thing`,
        "WARNING: instance vm2: disk/0 on ganeti02 is degraded; state is 'ok'",
        'WARNING: cluster: a thing of the cluster',
      ),
    ).toEqual([
      `fail [${third}] verify: ENODERPC: while contacting node: Error 7: Failed to connect; it ` +
        'brings 2 more findings: ENODESSH and EINSTANCEDOWN; expected none',
      `fail [${second}] verify: ENODELVM: volume group 'gnt' missing; expected none`,
      `fail [${second}] verify: no code: something that nobody has seen, and 1 more without a ` +
        'code; expected none',
      "warn verify: EINSTANCEFAULTYDISK (vm2): disk/0 on ganeti02 is degraded; state is 'ok'; " +
        'expected none',
      'warn verify: no code: a thing of the cluster; expected none',
    ]);
  });

  test('no verify, and one that did not say that all is well', () => {
    const change =
      (value: null | { ok: boolean | null }): Change =>
      ({ master }) => {
        if (master?.lastVerify.status !== 'ok') return;
        if (value === null) master.lastVerify = ok(null);
        else Object.assign(master.lastVerify.value ?? {}, value);
      };
    expect(reported('ganeti.verify-findings', { 1: change(null) })).toEqual([
      'skip no verify among the jobs: see ganeti.verify-run',
    ]);
    expect(reported('ganeti.verify-findings', { 1: change({ ok: null }) })).toEqual([
      'unknown the last verify did not say that all is well',
    ]);
  });
});

describeWith([captures], 'verify of a real cluster', () => {
  const read = (fault: string) =>
    readFileSync(
      reference('captures', 'real-ganeti-3.0.2', 'faults', fault, 'cli') +
        '/gnt-cluster-verify-error-codes.txt',
      'utf8',
    );
  const brief = (fault: string) =>
    reported('ganeti.verify-findings', { 1: verified(read(fault)) }).map((line) =>
      line.replace(/^(\w+) (?:\[(\S+)\] )?verify: (\w+).*$/s, '$1 $3 $2').trim(),
    );
  const setup = [first, second, third].map((name) => `fail ENODESETUP ${name}`);

  const faults = [
    ...['bridge-missing', 'chronyd-down', 'clock-skew', 'cpu-type-unknown', 'dev-kvm-missing'],
    ...['hosts-127.0.1.1', 'hosts-entry-missing', 'node-offline', 'noded-down', 'orphan-lv'],
    ...['vg-missing', 'vg-small'],
  ];
  test.each(faults)('%s: the same without --error-codes', (fault) => {
    const coded = read(fault);
    const uncoded = coded.replaceAll(
      /- (ERROR|WARNING):E[A-Z0-9]+:(\w+):([^:]*):/g,
      (...[, severity, kind, name]) =>
        `- ${severity}: ${kind}${name === 'None' ? '' : ` ${name}`}: `,
    );
    expect(uncoded).not.toMatch(/:E[A-Z]{4,}:/);
    expect(reported('ganeti.verify-findings', { 1: verified(uncoded) })).toEqual(
      reported('ganeti.verify-findings', { 1: verified(coded) }),
    );
  });

  test('a dead noded is one cause', () => {
    expect(brief('noded-down').toSorted()).toEqual(
      [...setup.slice(0, 2), `fail ENODERPC ${third}`].toSorted(),
    );
    expect(reported('ganeti.verify-findings', { 1: verified(read('noded-down')) })).toContainEqual(
      expect.stringContaining(
        'and 2 more like it; it brings 6 more findings: ENODESSH, ENODEFILECHECK, ' +
          'EINSTANCEDOWN, EINSTANCEFAULTYDISK, one without a code and ENODEHOOKS',
      ),
    );
  });

  test.each([
    ['bridge-missing', `fail ENODENET ${third}`],
    ['clock-skew', `fail ENODETIME ${third}`],
    ['hosts-127.0.1.1', 'fail ECLUSTERFILECHECK'],
    ['node-offline', 'fail EINSTANCEBADNODE'],
    ['orphan-lv', `warn ENODEORPHANLV ${third}`],
    ['vg-missing', `fail ENODELVM ${second}`],
    ['vg-small', `fail ENODELVM ${second}`],
  ])('%s', (fault, expected) => {
    expect(brief(fault).filter((line) => !line.includes('ENODESETUP'))).toEqual([expected]);
  });
});
