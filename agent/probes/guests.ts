import { z } from 'zod';
import {
  type Guest,
  type GuestArguments,
  type GuestProcess,
  guestArgumentsSchema,
} from '../../shared/facts/guests.ts';
import { guestName, parseArguments } from '../guests/arguments.ts';
import { acceleration, executable, startedAfterBootMs, uid } from '../guests/process.ts';
import { type Host, HostError } from '../host/host.ts';
import { parseJson } from '../json.ts';
import { exists, listOrNone } from '../listing.ts';
import { parseWhole, textLines } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/**
 * The guests that Ganeti started on the node, as their processes show them. Their QMP sockets are
 * left alone: QEMU speaks to one client at a time, and Ganeti needs it.
 */
export const guestsProbe: Probe<'guests'> = {
  section: 'guests',
  timeoutMs: 30_000,
  async collect(host) {
    const guests: Guest[] = [];
    for (const instance of await listOrNone(host, `${KVM_RUNTIME}/pid`)) {
      guests.push(await guestOf(host, instance));
    }
    return { guests };
  },
};

const KVM_RUNTIME = '/var/run/ganeti/kvm-hypervisor';

async function guestOf(host: Host, instance: string): Promise<Guest> {
  const pidFile = `${KVM_RUNTIME}/pid/${instance}`;
  const frozen = `${KVM_RUNTIME}/conf/${instance}.runtime`;
  const pid = await reading(pidFile, async () => parseWhole(await host.read(pidFile), pidFile));
  return {
    instance,
    pid,
    process:
      pid.status === 'ok'
        ? await reading(`/proc/${pid.value}`, () => processOf(host, pid.value, instance))
        : pid,
    frozen: await reading(frozen, () => exists(host, frozen)),
    taps: await reading(`${KVM_RUNTIME}/nic/${instance}`, () => tapsOf(host, instance)),
  };
}

/** Ganeti itself knows a guest by the name on its command line; pid files outlive a reboot. */
async function processOf(host: Host, pid: number, instance: string): Promise<GuestProcess> {
  const state = await stateOf(host, pid, instance);
  if (state === 'gone') return { state };
  const file = await executable(host, pid);
  if (state === 'other') return { state, executable: file.executable };
  return {
    state: 'running',
    ...file,
    acceleration: await acceleration(host, pid),
    uid: await uid(host, pid),
    startedAfterBootMs: await startedAfterBootMs(host, pid),
    arguments: await reading(`/proc/${pid}/cmdline`, () => argumentsOf(host, pid)),
  };
}

/** A process that ended has no command line: at once none to read, as a zombie an empty one. */
async function stateOf(host: Host, pid: number, instance: string): Promise<GuestProcess['state']> {
  try {
    const state = await host.excerpt(`/proc/${pid}/cmdline`, {
      name: `state of guest ${instance}`,
      take: (text) => (text === '' ? 'gone' : guestName(text) === instance ? 'running' : 'other'),
    });
    return stateSchema.parse(state);
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return 'gone';
    throw error;
  }
}

const stateSchema = z.enum(['gone', 'running', 'other']);

async function argumentsOf(host: Host, pid: number): Promise<GuestArguments> {
  const json = await host.excerpt(`/proc/${pid}/cmdline`, {
    name: 'arguments of a guest',
    take: (text) => JSON.stringify(parseArguments(text)),
  });
  return parseJson(json, guestArgumentsSchema, 'the excerpt of a command line');
}

/** Ganeti writes the tap of each NIC into a file that bears the number of the NIC. */
async function tapsOf(host: Host, instance: string): Promise<Record<string, string>> {
  const folder = `${KVM_RUNTIME}/nic/${instance}`;
  const taps: Record<string, string> = {};
  for (const number of await listOrNone(host, folder)) {
    const [tap = ''] = textLines(await host.read(`${folder}/${number}`), folder);
    taps[number] = tap.trim();
  }
  return taps;
}
