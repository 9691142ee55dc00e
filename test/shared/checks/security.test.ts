import type { Membership } from '../../../shared/facts/ganeti.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import { mode, sampleGuest, sampleMembership } from '../../sample-ganeti.ts';
import { failed, ok } from '../../sample-report.ts';
import { tableOf } from './verdict.ts';

type Change = (member: Membership) => void;

const member = (change?: Change, number = 1) => ({
  ganeti: { facts: { membership: ok(sampleMembership(number, change)) } },
});

/** A member of a cluster with guests, at addresses that are private when told so. */
const node = (guests: Partial<GuestArguments>[], change?: Change) => ({
  ...member(change),
  guests: {
    facts: {
      guests: guests.map((one, at) => ({ ...sampleGuest(one), instance: `vm${at + 1}` })),
    },
  },
});
const address = (text: string) => ({
  ...{ interface: 'br0', family: 'inet' as const, address: text, prefixLength: 24 },
  scope: 'global',
});
const inside = { network: { facts: { addresses: ok([address('10.1.2.3')]) } } };

const display = (listens: string | null, more = {}) => ({
  vnc: [{ address: listens, display: 5100, tls: false, password: false, ...more }],
});
const parameters =
  (change: Record<string, string>): Change =>
  ({ master, ssconf }) => {
    Object.assign(ssconf.hvparamsKvm ?? {}, change);
    if (master?.config.status === 'ok') master.config.value.cluster.hvparams.kvm = { ...change };
  };

tableOf('security.vnc', {
  'no console, one on loopback, one on a socket': {
    sections: node([{}, display('127.0.0.1'), display('::1'), display(null)]),
    says: 'pass: 2 VNC consoles of 4 running guests, none open to others',
  },
  'every address of a node with a public one': {
    sections: node([display('0.0.0.0'), display(''), display('0.0.0.0')]),
    says:
      'fail running: VNC running: vm1 and vm3 on 0.0.0.0 without TLS or password; vm2 on every ' +
      'address without TLS or password, which the internet may reach; expected loopback or TLS',
  },
  'every address of a node with private ones': {
    sections: { ...node([display('0.0.0.0')]), ...inside },
    says:
      'warn running: VNC running: vm1 on 0.0.0.0 without TLS or password; expected ' +
      'loopback or TLS',
  },
  'a private address': {
    sections: node([display('10.0.0.5')]),
    says:
      'warn running: VNC running: vm1 on 10.0.0.5 without TLS or password; expected ' +
      'loopback or TLS',
  },
  'a public address with a password': {
    sections: node([display('192.0.2.5', { password: true })]),
    says:
      'warn running: VNC running: vm1 on 192.0.2.5 with a password, without TLS; expected ' +
      'loopback or TLS',
  },
  'a public address with TLS and a password': {
    sections: node([display('192.0.2.5', { password: true, tls: true })]),
    says: 'pass: 1 VNC console of 1 running guest, none open to others',
  },
  'parameters of the cluster, an operating system and an instance': {
    sections: member((one) => {
      parameters({ vnc_bind_address: '0.0.0.0' })(one);
      if (one.master?.config.status !== 'ok') return;
      const { cluster, instances } = one.master.config.value;
      cluster.osHvparams = {
        safe: { kvm: { vnc_bind_address: '127.0.0.1' } },
        open: { kvm: { vnc_bind_address: '10.0.0.5', vnc_tls: 'True' } },
      };
      for (const instance of instances) instance.hvparams = { vnc_bind_address: '0.0.0.0' };
    }),
    says:
      'fail configured: VNC configured: the cluster and web.example.org on 0.0.0.0 without TLS ' +
      'or password; OS open on 10.0.0.5 with TLS, without a password, which the internet may ' +
      'reach; expected loopback or TLS',
  },
  'parameters are judged on the master alone': {
    sections: member(parameters({ vnc_bind_address: '0.0.0.0' }), 2),
    says: 'pass: 0 VNC consoles of 0 running guests, none open to others',
  },
  'a path of sockets': {
    sections: member(parameters({ vnc_bind_address: '/run/vnc' })),
    says: 'pass: 0 VNC consoles of 0 running guests, none open to others',
  },
  'a guest that cannot be told of, beside one that is open': {
    sections: {
      ...member(),
      guests: {
        facts: {
          guests: [
            { ...sampleGuest(display('0.0.0.0')), instance: 'a' },
            { ...sampleGuest(), instance: 'b', process: failed('denied', 'no') },
            { ...sampleGuest(), instance: 'c', process: ok({ state: 'gone' as const }) },
          ],
        },
      },
    },
    says: [
      'fail running: VNC running: a on 0.0.0.0 without TLS or password, which the internet may ' +
        'reach; expected loopback or TLS',
      'unknown running: the VNC of b is not known',
    ],
  },
});

tableOf('security.spice', {
  'a bind to an interface, by its name': {
    sections: { ...member(parameters({ spice_bind: 'br0', spice_use_tls: 'True' })), ...inside },
    says:
      'warn configured: SPICE configured: the cluster on br0 with TLS, without a password; ' +
      'expected loopback or TLS',
  },
  'every address without a ticket': {
    sections: node([{ spice: [{ address: '', tls: false, password: false, ports: [1] }] }]),
    says:
      'fail running: SPICE running: vm1 on every address without TLS or password, which the ' +
      'internet may reach; expected loopback or TLS',
  },
});

tableOf('security.console', {
  'a guest that nobody can get at': {
    sections: node([{ serial: false }, { serial: false, ...display('127.0.0.1') }, {}]),
    says: 'warn: no serial port, VNC or SPICE: vm1; expected a console',
  },
  'no guest at all': { sections: member(), says: 'pass: 0 running guests, each with a console' },
});

const rapi = (...words: string[]) =>
  member(({ daemons }) => {
    const own = daemons.status === 'ok' ? daemons.value.at(-1) : undefined;
    if (own) own.arguments = words;
  });

tableOf('security.rapi', {
  'loopback without a login': {
    sections: rapi('-b', '127.0.0.1'),
    says: 'pass: RAPI on 127.0.0.1, 1 user',
  },
  'every address with a login': {
    sections: rapi('--require-authentication'),
    says: 'pass: RAPI on 0.0.0.0, 1 user',
  },
  'every address without a login': {
    sections: rapi('--no-ssl'),
    says:
      'warn: RAPI: it answers anybody (0.0.0.0, no --require-authentication); it speaks plain ' +
      'HTTP on 0.0.0.0; expected a login, TLS and hashed passwords',
  },
  'as it would be started': {
    sections: member((one) => {
      one.daemonArguments = ok({ RAPI_ARGS: ['-b', '192.0.2.5'] });
    }, 2),
    says:
      'warn: RAPI: it answers anybody (192.0.2.5, no --require-authentication); expected a ' +
      'login, TLS and hashed passwords',
  },
  'passwords in plain text': {
    sections: member((one) => {
      one.rapiUsers = ok({ users: 3, plaintext: 2, writers: 1 });
    }),
    says:
      'warn: RAPI: 2 passwords in plain text in rapi/users; expected a login, TLS and hashed ' +
      'passwords',
  },
  'a file of users that cannot be read': {
    sections: member((one) => {
      one.rapiUsers = failed('denied', 'rapi/users: permission denied');
    }),
    says: 'unknown: rapi/users: permission denied',
  },
});

tableOf('security.mond', {
  'every address, one of them public': {
    sections: member(),
    says: 'warn: mond listens on 0.0.0.0:1815, which is public; expected the management network',
  },
  'every address, all of them private': {
    sections: { ...member(), ...inside },
    says: 'pass: mond on 0.0.0.0:1815',
  },
  'not running': {
    sections: member(({ daemons }) => {
      for (const one of daemons.status === 'ok' ? daemons.value : []) one.running = false;
    }),
    says: 'skip: mond does not run',
  },
});

const files = (...all: ReturnType<typeof mode>[]) =>
  member((one) => {
    one.modes = ok(all);
  });
const commands = '/etc/ganeti/restricted-commands';

tableOf('security.modes', {
  'what others may read, the group may write, or a stranger owns': {
    sections: files(
      mode('/a', '0444', 'root'),
      mode('/b', '0660', 'root'),
      mode('/c', '0400', 'alice'),
      mode('/d', '0440', 'gnt-masterd'),
    ),
    says:
      'fail: /a 0444 root:gnt-masterd, /b 0660 root:gnt-masterd and /c 0400 alice:gnt-masterd; ' +
      "expected Ganeti's users or root, and nothing for others",
  },
  'commands that others may read': {
    sections: files(mode(commands, '0755', 'root')),
    says: 'pass: 1 file, none for others',
  },
  'commands that the group may write': {
    sections: files(mode(commands, '0775', 'root')),
    says:
      `fail: ${commands} 0775 root:gnt-masterd; expected Ganeti's users or root, and nothing ` +
      'for others',
  },
  'commands of another owner': {
    sections: files(mode(commands, '0700', 'gnt-masterd')),
    says:
      `fail: ${commands} 0700 gnt-masterd:gnt-masterd; expected Ganeti's users or root, and ` +
      'nothing for others',
  },
});

tableOf('security.guest-user', {
  'root, as Ganeti has it': {
    sections: node([{}]),
    says: 'pass: 1 of 1 running guest as root (security_model none)',
  },
  'root in spite of the model': {
    sections: node([{}], parameters({ security_model: 'pool' })),
    says: 'warn: security_model is pool, but vm1 run as root; expected another user',
  },
});
