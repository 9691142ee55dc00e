import type { NamesFacts } from '../../../shared/facts/names.ts';
import { type Changes, failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

const names = (facts: Changes<NamesFacts>) => ({ names: { facts } });
const lookup = (name: string, files: string[], resolver: string[] = files) => ({
  name,
  files: ok(files),
  resolver: ok(resolver),
});
const own = (...list: ReturnType<typeof lookup>[]) => names({ own: list });
const lookups = (...list: ReturnType<typeof lookup>[]) => names({ lookups: list });
const node = (name: string, address?: string) => (address ? { name, address } : { name });
const nodes = (...list: ReturnType<typeof node>[]) => ({ nodes: list, cluster: undefined });
const silent = {
  name: 'ganeti01',
  files: ok([]),
  resolver: failed('timed_out', 'getent: gave up'),
};

tableOf('names.fqdn', {
  'a name without a domain': {
    sections: names({ fqdn: ok('ganeti01') }),
    says: 'fail: hostname --fqdn answers ganeti01, expected a name with a domain',
  },
  'localhost with a domain': {
    sections: names({ fqdn: ok('localhost.localdomain') }),
    says: 'fail: hostname --fqdn answers localhost.localdomain, expected a name with a domain',
  },
  'a name that the policy does not have': {
    sections: names({ fqdn: ok('ganeti1.example.org') }),
    policy: nodes(node('ganeti01.example.org')),
    says:
      'fail: hostname --fqdn answers ganeti1.example.org, ' +
      'which is no node of the policy (ganeti01.example.org)',
  },
  'a policy without nodes': {
    sections: names({ fqdn: ok('a.example.net') }),
    policy: nodes(),
    says: 'pass: hostname --fqdn answers a.example.net',
  },
  'no answer': {
    sections: names({ fqdn: failed('exit_code', 'hostname: Name or service not known') }),
    says: 'unknown: hostname: Name or service not known',
  },
});

tableOf('names.own-not-loopback', {
  "the line of Debian's installer": {
    sections: names({
      hosts: ok([{ line: 2, address: '127.0.1.1', names: ['ganeti01.example.org', 'ganeti01'] }]),
      own: [lookup('ganeti01', ['127.0.1.1'])],
    }),
    says:
      'fail ganeti01: ganeti01 leads to 127.0.1.1 (line 2 of /etc/hosts), ' +
      'expected an address of the network',
  },
  'a resolver that makes up an address for the own name': {
    sections: own(lookup('ganeti01', [], ['127.0.0.2'])),
    says: 'fail ganeti01: ganeti01 leads to 127.0.0.2, expected an address of the network',
  },
  'IPv6 loopback': {
    sections: own(lookup('ganeti01', [], ['0:0::1'])),
    says: 'fail ganeti01: ganeti01 leads to 0:0::1, expected an address of the network',
  },
  'an address next to loopback': {
    sections: own(lookup('ganeti01', [], ['128.0.0.1'])),
    says: 'pass ganeti01: ganeti01 leads to 128.0.0.1',
  },
  'no address': {
    sections: own(lookup('ganeti01', [])),
    says: 'skip ganeti01: ganeti01 does not resolve: see names.own-address',
  },
  'no answer': { sections: names({ own: [silent] }), says: 'unknown ganeti01: getent: gave up' },
  'never asked': { sections: own(), says: 'unknown: the own name was not looked up' },
});

tableOf('names.own-address', {
  'the address of another': {
    sections: own(lookup('ganeti01', ['192.0.2.6'])),
    says: 'fail ganeti01: ganeti01 leads to 192.0.2.6, which this node does not own',
  },
  'one of its own and one of another': {
    sections: own(lookup('ganeti01', ['192.0.2.5', '192.0.2.6'])),
    says: 'warn ganeti01: ganeti01 leads to 192.0.2.6, which this node does not own',
  },
  'no address': {
    sections: own(lookup('ganeti01', [])),
    says: 'fail ganeti01: ganeti01 does not resolve, expected an own address',
  },
  'loopback alone': {
    sections: own(lookup('ganeti01', ['127.0.1.1'])),
    says: 'skip ganeti01: ganeti01 leads to loopback: see names.own-not-loopback',
  },
  'no answer': { sections: names({ own: [silent] }), says: 'unknown ganeti01: getent: gave up' },
});

const two = nodes(node('a.example.org', '192.0.2.5'), node('b.example.org'));
tableOf('names.resolve', {
  'the right address, and some address': {
    policy: two,
    sections: lookups(
      lookup('a.example.org', ['192.0.2.5']),
      lookup('b.example.org', ['10.1.1.1']),
    ),
    says: [
      'pass a.example.org: a.example.org is 192.0.2.5',
      'pass b.example.org: b.example.org is 10.1.1.1',
    ],
  },
  'the wrong address, and loopback': {
    policy: two,
    sections: lookups(
      lookup('a.example.org', ['192.0.2.50']),
      lookup('b.example.org', ['127.0.1.1']),
    ),
    says: [
      'fail a.example.org: a.example.org is 192.0.2.50, expected 192.0.2.5',
      'fail b.example.org: b.example.org is 127.0.1.1, expected an address of the network',
    ],
  },
  'one address too many, and none': {
    policy: two,
    sections: lookups(
      lookup('a.example.org', ['192.0.2.5', '192.0.2.50']),
      lookup('b.example.org', []),
    ),
    says: [
      'warn a.example.org: a.example.org is 192.0.2.5 and 192.0.2.50, expected 192.0.2.5 alone',
      'fail b.example.org: b.example.org does not resolve, expected an address',
    ],
  },
  'names that were not asked': {
    policy: two,
    sections: lookups(lookup('a.example.org.evil', ['192.0.2.5'])),
    says: [
      'unknown a.example.org: the agent did not look up a.example.org',
      'unknown b.example.org: the agent did not look up b.example.org',
    ],
  },
  'a policy without names': {
    policy: nodes(),
    says: 'skip: the policy names neither nodes nor the cluster',
  },
});

tableOf('names.files-agree', {
  'the same set in another order': {
    sections: names({
      own: [lookup('a', ['10.0.0.1', '10.0.0.2'], ['10.0.0.2', '10.0.0.1'])],
      lookups: [],
    }),
    says: 'pass a: both say 10.0.0.2 and 10.0.0.1 for a',
  },
  'an address that only the resolver has': {
    sections: names({ own: [lookup('a', ['10.0.0.1'], ['10.0.0.1', '10.0.0.2'])], lookups: [] }),
    says: 'warn a: /etc/hosts says 10.0.0.1 for a, the resolver 10.0.0.1 and 10.0.0.2',
  },
  'a name that only the hosts file has': {
    sections: names({ own: [lookup('a', ['10.0.0.1'], [])], lookups: [] }),
    says: 'warn a: /etc/hosts says 10.0.0.1 for a, the resolver nothing',
  },
  'a name that only the resolver has': {
    sections: names({ own: [lookup('a', [], ['10.0.0.1'])], lookups: [] }),
    says: 'skip a: /etc/hosts does not name a',
  },
});
