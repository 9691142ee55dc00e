import type { MemoryFacts } from '../shared/facts/memory.ts';
import type { OsFacts } from '../shared/facts/os.ts';
import type { Doctoring } from './doctoring.ts';
import { type Changes, ok } from './sample-report.ts';
import { sampleArray, sampleBond } from './sample-setup.ts';

const os = (facts: Changes<OsFacts>) => ({ os: { facts } });

const memory = (facts: Changes<MemoryFacts>) => ({ memory: { facts } });

/** For every check of boot, errors and redundancy of a system a host that it must not pass. */
export const doctoredSystem: Record<string, Doctoring> = {
  'os.kernel-newest': {
    verdict: 'warn',
    sections: os({ installedKernels: ok(['6.1.0-100-amd64']) }),
  },
  'os.reboot-required': { verdict: 'warn', sections: os({ rebootRequired: ok(true) }) },
  'os.failed-units': { verdict: 'warn', sections: os({ failedUnits: ok(['ssh.service']) }) },
  'os.ssh-host-key': { verdict: 'fail', sections: os({ sshHostKeys: ok(['ed25519']) }) },
  'os.accounts': {
    verdict: 'fail',
    sections: os({ accounts: ok({ users: [], groups: {} }) }),
  },
  'os.leftovers': {
    verdict: 'fail',
    sections: os({ clusterFiles: ok(['/var/lib/ganeti/config.data']) }),
  },
  'memory.ecc': {
    verdict: 'fail',
    sections: memory({
      ecc: ok([{ controller: 'mc0', correctedErrors: 0, uncorrectedErrors: 1 }]),
    }),
  },
  'memory.oom-kills': { verdict: 'warn', sections: memory({ oomKills: ok(1) }) },
  'network.bond': {
    verdict: 'fail',
    sections: { network: { facts: { bonds: ok([{ ...sampleBond, up: false }]) } } },
  },
  'storage.raid': {
    verdict: 'fail',
    sections: { disks: { facts: { raidArrays: ok([{ ...sampleArray, workingCount: 1 }]) } } },
  },
};
