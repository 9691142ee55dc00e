import { describe } from 'vitest';
import type { PeerPath, PeersFacts } from '../../../shared/facts/peers.ts';
import { answers, samplePath } from '../../sample-peers.ts';
import { type Changes, failed } from '../../sample-report.ts';
import { notProbed } from './peers/not-probed.ts';
import { tableOf } from './verdict.ts';

const peers = (facts: Changes<PeersFacts>) => ({ peers: { facts } });
const way = (changes: Partial<PeerPath>, more: Changes<PeersFacts> = {}) =>
  peers({ paths: [samplePath(2, changes), samplePath(3)], ...more });

const node = (number: number, secondaryAddress?: string) => ({
  name: `ganeti0${number}.example.org`,
  address: `192.0.2.${4 + number}`,
  ...(secondaryAddress ? { secondaryAddress } : {}),
});
const dual = { nodes: [node(1, '10.0.0.5'), node(2, '10.0.0.6'), node(3)] };
const second = { role: 'secondary', source: '10.0.0.5', address: '10.0.0.6' } as const;
const onSecond = (changes: Partial<PeerPath>, first: Partial<PeerPath> = {}) =>
  peers({ paths: [samplePath(2, first), samplePath(2, { ...second, ...changes })] });
const ganeti02 = 'ganeti02.example.org';

describe('the primary network', () => {
  tableOf('peers.primary', {
    'not probed': notProbed,
    'no node daemon yet': {
      says:
        'pass: 2 peers answered 192.0.2.5; nobody listens on 1811 of ganeti02.example.org and ' +
        'ganeti03.example.org, as before Ganeti is installed',
    },
    'both daemons': {
      sections: peers({
        paths: [
          samplePath(2, { ports: answers('open', 'open') }),
          samplePath(3, { ports: answers('open', 'open') }),
        ],
      }),
      says: 'pass: 2 peers answered 192.0.2.5',
    },
    'a dead peer': {
      sections: way({ ports: answers('timed_out', 'unreachable') }),
      says: [
        `fail ${ganeti02}: 192.0.2.5 to 192.0.2.6 (${ganeti02}, primary): port 22 timed out, ` +
          'port 1811 unreachable; expected an answer',
        'pass: 1 peer answered 192.0.2.5; nobody listens on 1811 of ganeti03.example.org, ' +
          'as before Ganeti is installed',
      ],
    },
    'a firewall before the node daemon': {
      sections: peers({ paths: [samplePath(2, { ports: answers('open', 'timed_out') })] }),
      policy: { nodes: [node(1), node(2)] },
      says:
        `fail ${ganeti02}: 192.0.2.5 to 192.0.2.6 (${ganeti02}, primary): port 22 open, ` +
        'port 1811 timed out; expected an answer on both',
    },
    'no sshd': {
      sections: peers({ paths: [samplePath(2, { ports: answers('refused', 'open') })] }),
      policy: { nodes: [node(1), node(2)] },
      says:
        `warn ${ganeti02}: 192.0.2.5 to 192.0.2.6 (${ganeti02}, primary): port 22 refused, ` +
        'port 1811 open; expected sshd to listen',
    },
    'an own address that is not there': {
      sections: peers({
        paths: [samplePath(2, { ports: answers('no_source_address', 'no_source_address') })],
      }),
      policy: { nodes: [node(1), node(2)] },
      says: `unknown ${ganeti02}: not tried: 192.0.2.5 is on no interface here`,
    },
    'a port that could not be tried': {
      sections: peers({
        paths: [samplePath(2, { ports: [{ port: 22, answer: failed('other', 'EMFILE') }] })],
      }),
      policy: { nodes: [node(1), node(2)] },
      says: `unknown ${ganeti02}: EMFILE`,
    },
    'a peer that the policy of the agent did not have': {
      sections: peers({ paths: [] }),
      policy: { nodes: [node(1), node(2)] },
      says:
        `unknown ${ganeti02}: 192.0.2.5 to 192.0.2.6 (${ganeti02}) was not tried: ` +
        'the agent had another policy',
    },
    'a peer that had another address then': {
      sections: peers({ paths: [samplePath(2, { address: '192.0.2.66' })] }),
      policy: { nodes: [node(1), node(2)] },
      says:
        `unknown ${ganeti02}: 192.0.2.5 to 192.0.2.6 (${ganeti02}) was not tried: ` +
        'the agent had another policy',
    },
    'more peers than one run tries': {
      sections: peers({ paths: [], leftOut: 1 }),
      policy: { nodes: [node(1), node(2)] },
      says: `skip: not tried: ${ganeti02} (over the number of peers that one run tries)`,
    },
    'a peer without an address, and one with this one': {
      policy: { nodes: [node(1), { name: ganeti02 }, { ...node(3), address: '192.0.2.5' }] },
      says:
        `skip: not tried: ${ganeti02} (no address in the policy) and ganeti03.example.org ` +
        '(has the address of this node)',
    },
    'no address of its own': {
      policy: { nodes: [{ name: 'ganeti01.example.org' }, node(2)] },
      says: 'skip: the policy gives ganeti01.example.org no primary address',
    },
    'a node that the policy does not list': {
      policy: { nodes: [node(2)] },
      says: 'skip: the policy does not list ganeti01.example.org',
    },
    'a cluster of one': {
      policy: { nodes: [node(1)] },
      says: 'skip: the policy names no other node',
    },
  });
});

describe('the replication network', () => {
  const told = `10.0.0.5 to 10.0.0.6 (${ganeti02}, secondary): port 22 timed out`;
  const untried = 'skip: not tried: ganeti03.example.org (no address in the policy)';
  tableOf('peers.secondary', {
    'not probed': notProbed,
    'none planned': { says: 'skip: the policy gives ganeti01.example.org no secondary address' },
    'dead while the primary network works': {
      sections: onSecond({ ports: answers('timed_out', 'timed_out') }),
      policy: dual,
      says: [
        `fail ${ganeti02}: ${told}, port 1811 timed out; its primary address answers, so only ` +
          'this network is dead; expected an answer',
        untried,
      ],
    },
    'dead as the primary network is': {
      sections: onSecond(
        { ports: answers('timed_out', 'timed_out') },
        { ports: answers('timed_out', 'timed_out') },
      ),
      policy: dual,
      says: [`fail ${ganeti02}: ${told}, port 1811 timed out; expected an answer`, untried],
    },
    'SSH closed to it, as it may be': {
      sections: onSecond({ ports: answers('timed_out', 'open') }),
      policy: dual,
      says: ['pass: 1 peer answered 10.0.0.5', untried],
    },
    'a firewall before the node daemon': {
      sections: onSecond({ ports: answers('refused', 'timed_out') }),
      policy: dual,
      says: [
        `fail ${ganeti02}: 10.0.0.5 to 10.0.0.6 (${ganeti02}, secondary): port 22 refused, ` +
          'port 1811 timed out; expected an answer on both',
        untried,
      ],
    },
  });
});

describe('the cluster address', () => {
  const cluster = (...ports: Parameters<typeof answers>) =>
    peers({ cluster: { address: '192.0.2.4', ports: answers(...ports) } });
  tableOf('peers.cluster-address', {
    'not probed': notProbed,
    silent: { says: 'pass: 192.0.2.4: timed out on 2 ports' },
    'somebody without Ganeti': {
      sections: cluster('timed_out', 'refused'),
      says: 'fail: 192.0.2.4 answers on port 1811, expected nobody',
    },
    'a cluster': {
      sections: cluster('open', 'open'),
      says: 'fail: 192.0.2.4 answers on port 22 and port 1811, expected nobody',
    },
    'no address to try it from': {
      sections: cluster('no_source_address', 'no_source_address'),
      says: 'unknown: not tried: ganeti01.example.org does not hold its primary address',
    },
    'another address now': {
      policy: { cluster: { address: '192.0.2.44' } },
      says: 'unknown: 192.0.2.44 was not tried: the agent had another policy, with 192.0.2.4',
    },
    'no address': {
      policy: { cluster: { address: undefined } },
      says: 'skip: the policy names no cluster address',
    },
    'no primary address': {
      sections: peers({ cluster: null }),
      says: 'skip: ganeti01.example.org has no primary address to try it from',
    },
  });
});
