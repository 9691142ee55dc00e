import { tableOf } from '../verdict.ts';
import { configured, master, node } from './member.ts';

tableOf('ganeti.candidates', {
  'all of a small cluster': {
    sections: master(),
    says: 'pass: 3 candidates (pool 10, 3 eligible nodes)',
  },
  'an offline node is not wanted': {
    sections: configured(({ nodes: [, , third] }) => {
      if (third) Object.assign(third, { offline: true, masterCandidate: false });
    }),
    says: 'pass: 2 candidates (pool 10, 2 eligible nodes)',
  },
  'too few': {
    sections: configured(({ nodes: [, second] }) => {
      if (second) second.masterCandidate = false;
    }),
    says: 'warn: 2 candidates, expected 3 (pool 10, 3 eligible nodes)',
  },
  'more than the pool': {
    sections: configured(({ cluster }) => {
      cluster.candidatePoolSize = 2;
    }),
    says: 'warn: 3 candidates, expected 2 (pool 2, 3 eligible nodes)',
  },
});

tableOf('ganeti.hypervisors', {
  'what was planned': { sections: master(), says: 'pass: kvm; plain and drbd' },
  'no drbd': {
    sections: configured(({ cluster }) => {
      cluster.enabledDiskTemplates = ['plain'];
    }),
    says: 'fail drbd: disk templates enabled: plain; expected drbd as planned',
  },
  'no KVM': {
    sections: configured(({ cluster }) => {
      cluster.enabledHypervisors = ['xen-pvm'];
    }),
    says: 'fail kvm: hypervisors enabled: xen-pvm; expected kvm',
  },
});

tableOf('ganeti.iallocator', {
  hail: { sections: master(), says: 'pass: the default iallocator is hail' },
  none: {
    sections: configured(({ cluster }) => {
      cluster.defaultIallocator = '';
    }),
    says: 'warn: the cluster has no default iallocator, expected one such as hail',
  },
});

tableOf('ganeti.node-flags', {
  'flags that fit': { sections: master(), says: 'pass: 3 nodes without contradiction' },
  'a drained node with guests, still a candidate': {
    sections: configured(({ nodes: [first] }) => {
      if (first) first.drained = true;
    }),
    says:
      'warn ganeti01.example.org: ganeti01.example.org is master candidate and drained at once; ' +
      'is drained and runs web.example.org; expected flags that fit',
  },
  'a node for no guests that holds a mirror': {
    sections: configured(({ nodes: [, second] }) => {
      if (second) second.vmCapable = false;
    }),
    says:
      'warn ganeti02.example.org: ganeti02.example.org is not vm_capable and holds ' +
      'web.example.org; expected flags that fit',
  },
});

const ownMac = configured(({ instances: [one] }) => {
  for (const nic of one?.nics ?? []) nic.mac = '52:54:00:00:01:05';
});

tableOf('ganeti.own-master', {
  'another machine': { sections: master(), says: 'pass: none of 1 instance' },
  'the instance itself': {
    sections: ownMac,
    says:
      'fail: the master has the MAC address of the instance web.example.org, expected another ' +
      'machine',
  },
});

tableOf('ganeti.upgrade', {
  none: { sections: node(2), says: 'pass: no upgrade is under way' },
});
