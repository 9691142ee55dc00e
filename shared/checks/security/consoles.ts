import { defineCheck, type Judgement } from '../../check.ts';
import type { Membership } from '../../facts/ganeti.ts';
import type { GuestsFacts } from '../../facts/guests.ts';
import type { NetworkFacts } from '../../facts/network.ts';
import { groupedBy } from '../../grouping.ts';
import { fail, pass, unknown, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';
import { ofMember } from '../ganeti/member.ts';
import { configuredAs } from './configured.ts';
import { isLoopback, isPublic } from './exposure.ts';
import { runningGuests } from './running.ts';

/** A console of a guest, or of all guests, that listens on TCP. */
export interface Listener {
  /** the guest, or what configures it */
  whose: string;
  address: string;
  tls: boolean;
  password: boolean;
}

interface Kind {
  name: 'VNC' | 'SPICE';
  configured: { bind: string; tls: string; password: string };
  running(one: { vnc: Console[]; spice: Console[] }): Console[];
}

type Console = Omit<Listener, 'whose' | 'address'> & { address: string | null };

const VNC: Kind = {
  name: 'VNC',
  configured: { bind: 'vnc_bind_address', tls: 'vnc_tls', password: 'vnc_password_file' },
  running: ({ vnc }) => vnc,
};

const SPICE: Kind = {
  name: 'SPICE',
  configured: { bind: 'spice_bind', tls: 'spice_use_tls', password: 'spice_password_file' },
  running: ({ spice }) => spice,
};

/** Screens over VNC. */
export const vnc = defineCheck({
  id: 'security.vnc',
  title: 'No VNC console is open to others than its users',
  why:
    'Who reaches a console is at the keyboard of the guest. gnt-cluster verify looks at the ' +
    "cluster's parameters from 3.1 on, never at what running guests were started with.",
  rules: ['SEC-01', 'SEC-08'],
  needs: ['ganeti', 'guests', 'network'],
  judge: (facts) => judgeConsoles(VNC, facts),
});

/** Screens over SPICE. */
export const spice = defineCheck({
  id: 'security.spice',
  title: 'No SPICE console is open to others than its users',
  why:
    'SPICE gives screen, keyboard and often the clipboard of a guest. gnt-cluster verify looks ' +
    "at the cluster's parameters from 3.1 on, never at what running guests were started with.",
  rules: ['SEC-02'],
  needs: ['ganeti', 'guests', 'network'],
  judge: (facts) => judgeConsoles(SPICE, facts),
});

interface Evidence {
  ganeti: Parameters<typeof ofMember>[0];
  guests: GuestsFacts;
  network: NetworkFacts;
}

function judgeConsoles(kind: Kind, { ganeti, guests, network }: Evidence) {
  return ofMember(ganeti, (member) => {
    const { told, untold } = runningGuests(guests);
    const running = told.flatMap(({ instance, facts }) => {
      return kind.running(facts).flatMap((one): Listener[] => {
        return one.address === null ? [] : [{ ...one, whose: instance, address: one.address }];
      });
    });
    const faults = [
      ...judgeListeners(configured(kind, member), { kind, network, subject: 'configured' }),
      ...judgeListeners(running, { kind, network, subject: 'running' }),
    ];
    if (untold.length > 0) {
      const message = `the ${kind.name} of ${listed(untold)} is not known`;
      faults.push({ ...unknown(message), subject: 'running' });
    }
    if (faults.length > 0) return faults;
    const found = counted(running.length, `${kind.name} console`);
    return pass(`${found} of ${counted(told.length, 'running guest')}, none open to others`);
  });
}

/** Every level at which the address is set: what is inherited is told at its origin alone. */
function configured({ configured: names }: Kind, member: Membership): Listener[] {
  return configuredAs(member, names.bind).flatMap(({ whose, params }) => {
    const address = params[names.bind] ?? '';
    // empty: no console at all; a path: a socket of the file system
    if (address === '' || address.startsWith('/')) return [];
    const tls = params[names.tls] === 'True';
    return [{ whose, address, tls, password: (params[names.password] ?? '') !== '' }];
  });
}

interface Where {
  kind: Kind;
  network: NetworkFacts;
  subject: 'configured' | 'running';
}

/** TLS and a password together protect it; of any other exposure the addresses tell how grave. */
function judgeListeners(listeners: readonly Listener[], where: Where): Judgement[] {
  const { kind, network, subject } = where;
  const open = listeners.filter((one) => !isLoopback(one.address) && !(one.tls && one.password));
  if (open.length === 0) return [];
  const grave = open.some((one) => !one.tls && !one.password && isPublic(one.address, network));
  const parts = [...groupedBy(open, wordsOf)].map(([words, members]) => {
    return `${listed(members.map(({ whose }) => whose))} on ${words}`;
  });
  const reach = grave ? ', which the internet may reach' : '';
  const message = `${kind.name} ${subject}: ${parts.join('; ')}${reach}; expected loopback or TLS`;
  const again = 'then gnt-instance stop and start, as running guests keep theirs';
  const remedy = `gnt-cluster modify -H kvm:${kind.configured.bind}=127.0.0.1; ${again}`;
  return [{ ...(grave ? fail : warn)(message, remedy), subject }];
}

function wordsOf({ address, tls, password }: Listener): string {
  const place = address === '' ? 'every address' : address;
  if (tls) return `${place} with TLS, without a password`;
  return password ? `${place} with a password, without TLS` : `${place} without TLS or password`;
}

/** Every guest can be reached when its network cannot. */
export const consoles = defineCheck({
  id: 'security.console',
  title: 'Every running guest has a console',
  why:
    'A guest without serial port, VNC and SPICE cannot be mended from outside once its network ' +
    'fails; closing consoles must not go that far. gnt-cluster verify does not ask.',
  rules: ['SEC-01', 'SEC-02'],
  needs: ['ganeti', 'guests'],
  judge: ({ ganeti, guests }) =>
    ofMember(ganeti, () => {
      const { told, untold } = runningGuests(guests);
      const without = told
        .filter(({ facts: { serial, vnc: screens, spice: more } }) => {
          return !serial && screens.length === 0 && more.length === 0;
        })
        .map(({ instance }) => instance);
      if (without.length > 0) {
        return warn(
          `no serial port, VNC or SPICE: ${listed(without)}; expected a console`,
          'gnt-instance modify -H serial_console=true NAME, then stop and start it',
        );
      }
      if (untold.length > 0) return unknown(`the consoles of ${listed(untold)} are not known`);
      return pass(`${counted(told.length, 'running guest')}, each with a console`);
    }),
});
