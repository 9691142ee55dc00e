import type { Bond } from '../../../../shared/facts/network.ts';
import { ok } from '../../../sample-report.ts';
import { sampleBond } from '../../../sample-setup.ts';
import { tableOf } from '../verdict.ts';

type Slave = Bond['slaves'][number];

const bonds = (...all: Bond[]) => ({ network: { facts: { bonds: ok(all) } } });
const link = { name: 'eth3', up: true, speedMbps: 10_000, linkFailures: 0, aggregatorId: 1 };
const second = (change: Partial<Slave>) =>
  bonds({ ...sampleBond, slaves: [link, { ...link, ...change }] });
const name = 'bond0 (IEEE 802.3ad Dynamic link aggregation)';

tableOf('network.bond', {
  'both links': {
    says: `pass bond0: ${name}: eth2 up 10000 Mbit/s, eth3 up 10000 Mbit/s`,
  },
  'links that failed once and came back': {
    sections: second({ linkFailures: 2 }),
    says: `pass bond0: ${name}: eth3 up 10000 Mbit/s, eth3 up 10000 Mbit/s 2 link failures`,
  },
  'a link that is down': {
    sections: second({ up: false, speedMbps: null, linkFailures: 1, aggregatorId: null }),
    says: `warn bond0: ${name}: eth3 up 10000 Mbit/s, eth3 down 1 link failure; a link is down`,
  },
  'a link in another aggregator': {
    sections: second({ name: 'eth9', aggregatorId: 2 }),
    says:
      `warn bond0: ${name}: eth3 up 10000 Mbit/s, eth9 up 10000 Mbit/s; ` +
      'eth9 is not in the active aggregator',
  },
  'links of two speeds': {
    sections: second({ speedMbps: 1000 }),
    says:
      `warn bond0: ${name}: eth3 up 10000 Mbit/s, eth3 up 1000 Mbit/s; ` +
      'the links differ in speed',
  },
  'a speed that the driver does not tell': {
    sections: second({ speedMbps: null }),
    says: `pass bond0: ${name}: eth3 up 10000 Mbit/s, eth3 up`,
  },
  'a single link': {
    sections: bonds({ ...sampleBond, slaves: [link] }),
    says: `warn bond0: ${name}: eth3 up 10000 Mbit/s; it has a single link`,
  },
  'no link that works': {
    sections: bonds({ ...sampleBond, up: false, slaves: [{ ...link, up: false }] }),
    says: `fail bond0: ${name}: eth3 down 10000 Mbit/s; expected every link up`,
  },
  'an empty bond, and one that works': {
    sections: bonds({ ...sampleBond, up: false, slaves: [] }, { ...sampleBond, name: 'bond1' }),
    says: [
      'skip bond0: bond0 has no slave, so nothing runs over it',
      `pass bond1: ${name.replace('bond0', 'bond1')}: ` +
        'eth2 up 10000 Mbit/s, eth3 up 10000 Mbit/s',
    ],
  },
  'no bond': { sections: bonds(), says: 'skip: the node has no bond' },
  'an agent that did not look': {
    sections: { network: { facts: { bonds: undefined } } },
    says: 'unknown: the report does not tell of bonds',
  },
});
