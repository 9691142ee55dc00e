import type { Membership } from '../shared/facts/ganeti.ts';
import type { GuestArguments } from '../shared/facts/guests.ts';
import { member } from './doctored-ganeti.ts';
import type { Doctoring } from './doctoring.ts';
import { mode, sampleGuest } from './sample-ganeti.ts';
import { ok } from './sample-report.ts';

const healthy = { sections: member() };

const noticed = (
  verdict: Doctoring['verdict'],
  change: (member: Membership) => void,
): Doctoring => ({ verdict, sections: member(change), passes: healthy });

/** A member of a cluster on which one guest runs. */
const running = (change: Partial<GuestArguments>, and?: (member: Membership) => void) => ({
  ...member(and),
  guests: { facts: { guests: [sampleGuest(change)] } },
});

const open = { address: '0.0.0.0', tls: false, password: false };

/** For every check of security a member of a cluster that it must not pass. */
export const doctoredSecurity: Record<string, Doctoring> = {
  'security.vnc': {
    verdict: 'fail',
    sections: running({ vnc: [{ ...open, display: 5100 }] }),
    passes: { sections: running({ vnc: [{ ...open, address: '127.0.0.1', display: 5100 }] }) },
  },
  'security.spice': {
    verdict: 'fail',
    sections: running({ spice: [{ ...open, ports: [11_000] }] }),
    passes: { sections: running({}) },
  },
  'security.console': {
    verdict: 'warn',
    sections: running({ serial: false }),
    passes: { sections: running({}) },
  },
  'security.rapi': noticed('warn', (one) => {
    one.rapiUsers = ok({ users: 2, plaintext: 1, writers: 1 });
  }),
  'security.mond': {
    verdict: 'warn',
    sections: member(),
    passes: {
      sections: member(({ daemons }) => {
        const mond = daemons.status === 'ok' ? daemons.value[2] : undefined;
        if (mond) mond.arguments = ['-b', '127.0.0.1'];
      }),
    },
  },
  'security.modes': noticed('fail', (one) => {
    one.modes = ok([mode('/var/lib/ganeti/hmac.key', '0644', 'gnt-masterd')]);
  }),
  'security.guest-user': {
    verdict: 'warn',
    sections: running({}, ({ ssconf }) => {
      ssconf.hvparamsKvm = { security_model: 'pool' };
    }),
    passes: { sections: running({}) },
  },
};
