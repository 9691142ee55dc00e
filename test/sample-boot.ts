import type { BootInterface, BootManager } from '../shared/facts/network.ts';

type Managers = Partial<Record<BootManager['name'], BootInterface[]>>;

/** The bridge of the healthy sample as /etc/network/interfaces has it, with what differs. */
export function bootBridge(change: Partial<BootInterface> = {}): BootInterface {
  return {
    interface: 'br0',
    source: '/etc/network/interfaces:4',
    kind: 'bridge',
    atBoot: true,
    ports: ['eth0'],
    method: 'static',
    addresses: ['192.0.2.5/24'],
    gateway: '192.0.2.1',
    mtuBytes: null,
    bondMode: null,
    stp: false,
    forwardDelayMs: 0,
    vlanAware: false,
    faults: [],
    ...change,
  };
}

/** An interface that is neither bridge nor bond, and has no address. */
export function bootPlain(name: string, change: Partial<BootInterface> = {}): BootInterface {
  const none = { stp: null, forwardDelayMs: null, vlanAware: null, gateway: null };
  return bootBridge({
    interface: name,
    kind: 'plain',
    ports: [],
    method: 'none',
    addresses: [],
    ...none,
    ...change,
  });
}

/** The programs that make the network at boot: those with interfaces are enabled. */
export function bootOf(made: Managers): BootManager[] {
  return (['ifupdown', 'systemd-networkd', 'NetworkManager'] as const).map((name) => ({
    name,
    state: { status: 'ok', value: made[name] === undefined ? 'disabled' : 'enabled' },
    interfaces: { status: 'ok', value: made[name] ?? [] },
  }));
}

/** What the next boot makes of the healthy sample: the same as runs. */
export const sampleBoot = bootOf({
  ifupdown: [
    bootBridge(),
    bootPlain('eth1', {
      source: '/etc/network/interfaces:12',
      method: 'static',
      addresses: ['10.0.0.5/24'],
    }),
  ],
});

/** A network card as the kernel shows it. */
export const card = {
  name: 'eth0',
  kind: null,
  macAddress: null,
  mtuBytes: 1500,
  up: true,
  operState: 'up',
  carrier: true,
  speedMbps: null,
  duplex: null,
  master: null,
  physical: true,
};
