import type { Configurable } from '../shared/command-line.ts';

const identities = ['push', 'enroll'];
const readers = ['report', 'audit', 'push', 'snapshot'];

/** What the agent lets its environment and files set, and for which commands. */
export const configurable: Configurable = {
  file: '/etc/muster/agent.yaml',
  commands: {
    collector: identities,
    ca: identities,
    fingerprint: identities,
    node: [...readers, 'enroll'],
    policy: readers,
    'probe-peers': readers,
    splay: ['push'],
    state: [...readers, 'enroll', 'rotate-key'],
    waivers: ['audit'],
    color: ['audit'],
  },
};
