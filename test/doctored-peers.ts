import type { PeerPath } from '../shared/facts/peers.ts';
import type { Doctoring } from './doctoring.ts';
import { answers, samplePath } from './sample-peers.ts';
import { ok } from './sample-report.ts';

const dual = {
  nodes: [
    { name: 'ganeti01.example.org', address: '192.0.2.5', secondaryAddress: '10.0.0.5' },
    { name: 'ganeti02.example.org', address: '192.0.2.6', secondaryAddress: '10.0.0.6' },
  ],
};

const way = (changes: Partial<PeerPath>) => ({
  peers: { facts: { paths: [samplePath(2, changes), samplePath(3)] } },
});

const secondary = { role: 'secondary', source: '10.0.0.5', address: '10.0.0.6' } as const;

const pinged = (large: boolean) => ({
  peers: {
    facts: {
      mtus: ok({ primary: 9000, secondary: null }),
      paths: [samplePath(2, { jumbo: { mtuBytes: 9000, large: ok(large), small: ok(true) } })],
    },
  },
});

/** For every check of peers a host that it must not pass. */
export const doctoredPeers: Record<string, Doctoring> = {
  'peers.primary': {
    verdict: 'fail',
    sections: way({ ports: answers('timed_out', 'unreachable') }),
  },
  'peers.secondary': {
    verdict: 'fail',
    policy: dual,
    sections: way({ ...secondary, ports: answers('timed_out', 'timed_out') }),
    passes: { policy: dual, sections: way(secondary) },
  },
  'peers.latency': {
    verdict: 'warn',
    sections: way({ ports: answers('open', 'open', 2), pingMs: ok(1.001) }),
  },
  'peers.jumbo': {
    verdict: 'fail',
    sections: pinged(false),
    passes: { sections: pinged(true) },
  },
  'peers.cluster-address': {
    verdict: 'fail',
    sections: { peers: { facts: { cluster: { ports: answers('open', 'refused') } } } },
  },
};
