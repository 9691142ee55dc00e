import { describe, expect, test } from 'vitest';
import {
  address,
  type Change,
  failed,
  holding,
  nodeNames,
  ok,
  seedPolicy,
  seedPolicyAsWritten,
  seedReport,
  seedReports,
} from '../seed-cluster.ts';
import { judged } from './judging.ts';

/** Writes the guide's mistake into the hosts file of a node. */
const hostsAsWritten: Change = ({ names }) => {
  if (names.hosts.status !== 'ok') return;
  names.hosts.value = names.hosts.value.map((line) =>
    line.names.includes('ganeti03.example.org') ? { ...line, address: '192.0.2.6' } : line,
  );
};

const noHosts: Change = ({ names }) => {
  names.hosts = ok([]);
};

describe('addresses.duplicate', () => {
  test('names both owners of the address that the guide gives twice, by the policy alone', () => {
    expect(judged('addresses.duplicate', seedReports(noHosts), seedPolicyAsWritten())).toEqual([
      'fail 192.0.2.6 belongs to ganeti02.example.org (policy) and ganeti03.example.org ' +
        '(policy); expected one owner',
    ]);
  });

  test('names them by the hosts files alone, with the line', () => {
    const policy = seedPolicy({ nodes: [], cluster: {} });
    const reports = [seedReport(1, hostsAsWritten), seedReport(2, noHosts), seedReport(3, noHosts)];

    expect(judged('addresses.duplicate', reports, policy)).toEqual([
      'fail 192.0.2.6 belongs to ganeti02.example.org (/etc/hosts of ganeti01.example.org, ' +
        'line 4) and ganeti03.example.org (/etc/hosts of ganeti01.example.org, line 5); ' +
        'expected one owner',
    ]);
  });

  test('finds a hosts file that contradicts the policy', () => {
    expect(judged('addresses.duplicate', seedReports(hostsAsWritten))).toEqual([
      'fail 192.0.2.6 belongs to ganeti02.example.org (policy; /etc/hosts of 3 nodes) and ' +
        'ganeti03.example.org (/etc/hosts of 3 nodes); expected one owner',
    ]);
  });

  test('finds a name in capitals', () => {
    const shouting: Change = ({ names }) => {
      names.hosts = ok([{ line: 1, address: '192.0.2.6', names: ['GANETI03.Example.ORG'] }]);
    };

    expect(judged('addresses.duplicate', [seedReport(1, shouting)])[0]).toMatch(/^fail 192.0.2.6/);
  });

  test('finds two spellings of one IPv6 address, and a node on the cluster address', () => {
    const nodes = ['2001:db8::1', '2001:DB8:0:0::1'].map((one, index) => {
      return { name: nodeNames[index], address: one };
    });
    const cluster = { name: 'c.example.org', address: '192.0.2.4' };

    expect(
      judged(
        'addresses.duplicate',
        [seedReport(1, noHosts), seedReport(2, noHosts)],
        seedPolicy({ nodes, cluster }),
      ),
    ).toEqual([
      'fail 2001:db8::1 belongs to ganeti01.example.org (policy) and ganeti02.example.org ' +
        '(policy); expected one owner',
    ]);
    const same = seedPolicy({ nodes: [{ name: nodeNames[0], address: '192.0.2.4' }] });
    expect(judged('addresses.duplicate', [seedReport(1, noHosts)], same)).toEqual([
      'fail 192.0.2.4 belongs to ganeti01.example.org (policy) and ganeti-cluster01.example.org ' +
        '(policy); expected one owner',
    ]);
  });
});

describe('addresses.duplicate, where nothing is given twice,', () => {
  test('takes two names of one machine, upper case and loopback lines for what they are', () => {
    const reports = seedReports(({ names }) => {
      if (names.hosts.status !== 'ok') return;
      names.hosts.value.push(
        { line: 9, address: '127.0.1.1', names: ['ganeti01.example.org', 'ganeti02.example.org'] },
        { line: 10, address: '192.0.2.5', names: ['GANETI01.example.org', 'ganeti01'] },
        { line: 11, address: '192.0.2.6', names: ['printer.example.org'] },
      );
    });

    expect(judged('addresses.duplicate', reports)).toEqual([
      'pass no address twice in the policy and the hosts files',
    ]);
  });

  test('is unknown when a hosts file could not be read, and still tells what others prove', () => {
    const denied: Change = ({ names }) => {
      names.hosts = failed('/etc/hosts: permission denied');
    };
    const unknown =
      'unknown hosts file not known of ganeti03.example.org (/etc/hosts: permission denied)';

    expect(
      judged('addresses.duplicate', [seedReport(1), seedReport(2), seedReport(3, denied)]),
    ).toEqual([unknown]);
    expect(
      judged('addresses.duplicate', [
        seedReport(1, hostsAsWritten),
        seedReport(2),
        seedReport(3, denied),
      ])[1],
    ).toBe(unknown);
  });
});

describe('addresses.owner', () => {
  test('finds one address on two nodes', () => {
    const reports = [
      seedReport(1),
      seedReport(2),
      seedReport(3, holding(address('br0', '192.0.2.6', 24))),
    ];

    expect(judged('addresses.owner', reports)).toEqual([
      'fail 192.0.2.6 belongs to ganeti02.example.org (policy; its interface br0) and ' +
        'ganeti03.example.org (its interface br0); expected one owner',
    ]);
  });

  test('lets bridges be alike everywhere, and the master have the cluster address', () => {
    const reports = [
      seedReport(1, holding(address('docker0', '172.17.0.1', 16), address('br0', '192.0.2.4', 32))),
      seedReport(2, holding(address('docker0', '172.17.0.1', 16))),
      seedReport(3),
    ];

    expect(judged('addresses.owner', reports)).toEqual([
      'pass no address held by two nodes or by the wrong one',
    ]);
  });

  test('leaves an address that the policy gives twice to the check that says so', () => {
    expect(judged('addresses.owner', seedReports(), seedPolicyAsWritten())).toEqual([
      'pass no address held by two nodes or by the wrong one',
    ]);
  });

  test('finds one address twice in the secondary network', () => {
    const reports = seedReports(holding(address('eth1', '10.0.0.5', 24)));
    const policy = seedPolicy({ network: { secondaryNetwork: '10.0.0.0/24' } });

    expect(judged('addresses.owner', reports, policy)).toHaveLength(1);
    expect(judged('addresses.owner', reports)[0]).toMatch(/^pass/);
  });
});
