import type { HostsLine } from '../../../../shared/facts/names.ts';
import { failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';

const hosts = (...lines: [number, string, string][]) => ({
  names: {
    facts: {
      hosts: ok(
        lines.map(
          ([line, address, text]): HostsLine => ({ line, address, names: text.split(' ') }),
        ),
      ),
    },
  },
});

tableOf('names.hosts-duplicates', {
  "the guide's cluster": {
    sections: hosts(
      [3, '192.0.2.6', 'ganeti02.example.org ganeti02'],
      [4, '192.0.2.6', 'ganeti03.example.org ganeti03'],
    ),
    says:
      'fail 192.0.2.6: 192.0.2.6 stands for ganeti02.example.org and ganeti03.example.org ' +
      '(lines 3 and 4 of /etc/hosts)',
  },
  'two nodes of the cluster on one line': {
    sections: hosts([3, '192.0.2.6', 'ganeti02.example.org ganeti03.example.org']),
    says:
      'fail 192.0.2.6: 192.0.2.6 stands for ganeti02.example.org and ganeti03.example.org ' +
      '(line 3 of /etc/hosts)',
  },
  'a name and its aliases on one line': {
    sections: hosts([1, '192.0.2.9', 'www.example.org www mail.example.org']),
    says: 'pass: 1 line without a duplicate',
  },
  'short and full name on two lines': {
    sections: hosts([1, '192.0.2.9', 'www'], [2, '192.0.2.9', 'WWW.example.org']),
    says: 'pass: 2 lines without a duplicate',
  },
  'one address in two spellings': {
    sections: hosts([1, '2001:db8::1', 'a.example.org'], [2, '2001:0DB8:0::1', 'b.example.org']),
    says:
      'fail 2001:db8::1: 2001:db8::1 stands for a.example.org and b.example.org ' +
      '(lines 1 and 2 of /etc/hosts)',
  },
  'a name with two addresses': {
    sections: hosts([1, '192.0.2.8', 'www'], [7, '192.0.2.9', 'WWW']),
    says: 'fail www: www has the addresses 192.0.2.8 and 192.0.2.9 (lines 1 and 7 of /etc/hosts)',
  },
  'a name with an address of each family': {
    sections: hosts([1, '192.0.2.8', 'www'], [2, '2001:db8::8', 'www']),
    says: 'pass: 2 lines without a duplicate',
  },
  'what Debian writes by itself': {
    sections: hosts(
      [1, '127.0.0.1', 'localhost'],
      [2, '127.0.1.1', 'ganeti01.example.org ganeti01'],
      [4, '::1', 'localhost ip6-localhost ip6-loopback'],
      [5, 'ff02::1', 'ip6-allnodes'],
      [6, 'ff02::1', 'ip6-allrouters'],
    ),
    says: 'pass: 5 lines without a duplicate',
  },
  'a hosts file that could not be read': {
    sections: { names: { facts: { hosts: failed('denied', '/etc/hosts: denied') } } },
    says: 'unknown: /etc/hosts: denied',
  },
});

tableOf('names.hosts-lines', {
  'two that cannot be read': {
    sections: { names: { facts: { badHostsLines: [3, 12] } } },
    says: 'warn: not an address with names: line 3 and 12 of /etc/hosts',
  },
});

tableOf('names.policy-duplicates', {
  "the guide's cluster": {
    sections: { names: { facts: { lookups: [] } } },
    policy: {
      nodes: [
        { name: 'ganeti01.example.org', address: '192.0.2.5' },
        { name: 'ganeti02.example.org', address: '192.0.2.6' },
        { name: 'ganeti03.example.org', address: '192.0.2.6' },
      ],
    },
    says:
      'fail 192.0.2.6: 192.0.2.6 belongs to ganeti02.example.org and ' +
      'ganeti03.example.org, expected one name',
  },
  'a name that resolves to the address of another': {
    sections: {
      names: {
        facts: { lookups: [{ name: 'b.example.org', files: ok([]), resolver: ok(['192.0.2.4']) }] },
      },
    },
    policy: { nodes: [{ name: 'b.example.org' }] },
    says:
      'fail 192.0.2.4: 192.0.2.4 belongs to ganeti-cluster01.example.org and ' +
      'b.example.org, expected one name',
  },
  'a secondary address that is the primary of another': {
    sections: { names: { facts: { lookups: [] } } },
    policy: {
      nodes: [
        { name: 'a.example.org', address: '192.0.2.5', secondaryAddress: '10.0.0.5' },
        { name: 'b.example.org', address: '10.0.0.5' },
      ],
    },
    says: 'fail 10.0.0.5: 10.0.0.5 belongs to a.example.org and b.example.org, expected one name',
  },
  'a policy without names': {
    sections: { names: { facts: { lookups: [] } } },
    policy: { nodes: [], cluster: undefined },
    says: 'skip: the policy gives no addresses, and its names none',
  },
});
