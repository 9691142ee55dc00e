import { describe } from 'vitest';
import type { PeerPath, PeersFacts } from '../../../../shared/facts/peers.ts';
import { answers, samplePath } from '../../../sample-peers.ts';
import { type Changes, failed, ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';
import { notProbed } from './not-probed.ts';

const peers = (facts: Changes<PeersFacts>) => ({ peers: { facts } });
const way = (changes: Partial<PeerPath>, more: Changes<PeersFacts> = {}) =>
  peers({ paths: [samplePath(2, changes), samplePath(3)], ...more });
const ganeti02 = 'ganeti02.example.org';

describe('how well the ways carry', () => {
  tableOf('peers.latency', {
    'not probed': notProbed,
    'on the threshold': {
      sections: way({ ports: answers('open', 'refused', 2), pingMs: ok(1) }),
      says: 'pass: 2 ways, the slowest 1 ms; expected at most 1 ms',
    },
    'above the threshold': {
      sections: way({ ports: answers('open', 'refused', 2), pingMs: ok(1.001) }),
      says:
        `warn ${ganeti02} primary: 192.0.2.5 to 192.0.2.6 (${ganeti02}, primary): answered ` +
        'after 1.001 ms, expected at most 1 ms',
    },
    'above the threshold of another policy': {
      sections: way({ ports: answers('open', 'refused', 2.5), pingMs: ok(null) }),
      policy: { thresholds: { latency: '3ms' } },
      says: 'pass: 2 ways, the slowest 2.5 ms; expected at most 3 ms',
    },
    'a busy agent on a fast network': {
      sections: way({ ports: answers('open', 'refused', 7), pingMs: ok(0.3) }),
      says: 'pass: 2 ways, the slowest 0.3 ms; expected at most 1 ms',
    },
    'a fast port and no answer to pings': {
      sections: way({ ports: answers('open', 'refused', 1), pingMs: ok(null) }),
      says: 'pass: 2 ways, the slowest 1 ms; expected at most 1 ms',
    },
    'late by TCP alone': {
      sections: way({ ports: answers('open', 'refused', 1.2), pingMs: ok(null) }),
      says:
        `unknown ${ganeti02} primary: 192.0.2.5 to 192.0.2.6 (${ganeti02}, primary): answered ` +
        'after 1.2 ms, expected at most 1 ms; no ping came back that would time the network alone',
    },
    'no peer answers': {
      sections: peers({
        paths: [samplePath(2, { ports: answers('timed_out', 'timed_out'), pingMs: null })],
      }),
      says: 'skip: no peer answered, so no time was taken',
    },
  });

  const jumbo = (large: boolean, small: boolean | null) =>
    way(
      { jumbo: { mtuBytes: 9000, large: ok(large), small: small === null ? null : ok(small) } },
      { mtus: ok({ primary: 9000, secondary: null }) },
    );
  const subject = `${ganeti02} primary`;
  const from = `192.0.2.5 to 192.0.2.6 (${ganeti02}, primary)`;
  tableOf('peers.jumbo', {
    'not probed': notProbed,
    'on the size that all carry': {
      sections: peers({ mtus: ok({ primary: 1500, secondary: 1500 }) }),
      says: 'skip: the node sends no packets above 1500 bytes to its peers',
    },
    'carried whole': { sections: jumbo(true, null), says: 'pass: 1 way carried them' },
    'dropped on the way': {
      sections: jumbo(false, true),
      says:
        `fail ${subject}: ${from}: no answer to a ping of 9000 bytes, one to 1500 bytes; ` +
        'expected one to both',
    },
    'a peer that answers no ping': {
      sections: jumbo(false, false),
      says: `unknown ${subject}: ${from}: it answers no ping at all`,
    },
    'no ping here': {
      sections: way(
        { jumbo: { mtuBytes: 9000, large: failed('not_found', 'ping: no'), small: null } },
        { mtus: ok({ primary: 9000, secondary: null }) },
      ),
      says: `unknown ${subject}: ping: no`,
    },
    'MTU not known': {
      sections: peers({ mtus: failed('not_found', 'ip: no such command') }),
      says: 'unknown: ip: no such command',
    },
  });
});
