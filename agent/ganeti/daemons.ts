import { z } from 'zod';
import type { Membership } from '../../shared/facts/ganeti.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { parseJson } from '../json.ts';
import { readOrNull } from '../listing.ts';
import { textLines } from '../parse.ts';
import { daemonWords } from './redaction.ts';

type Daemons = Extract<Membership['daemons'], { status: 'ok' }>['value'];

const DAEMONS = ['noded', 'confd', 'mond', 'kvmd', 'metad', 'luxid', 'wconfd', 'rapi'];

/** The daemons of Ganeti, whether each runs, and how it was started. */
export async function daemonsOf(host: Host): Promise<Daemons> {
  const daemons: Daemons = [];
  for (const name of DAEMONS) daemons.push(await daemonOf(host, `ganeti-${name}`));
  return daemons;
}

async function daemonOf(host: Host, name: string): Promise<Daemons[number]> {
  const path = `/run/ganeti/${name}.pid`;
  const text = await readOrNull(host, path);
  const words = text === null ? null : await argumentsOf(host, name, pidOf(text, path));
  return { name, running: words !== null, arguments: words };
}

function pidOf(text: string, path: string): string {
  const pid = text.trim();
  if (/^[1-9]\d{0,9}$/.test(pid)) return pid;
  throw new ParseError(`${path}: expected a process id`);
}

/** Null when no process has the id, or one that is not this daemon: the pid file is stale. */
async function argumentsOf(host: Host, daemon: string, pid: string): Promise<string[] | null> {
  const how = { name: daemon, take: (text: string) => excerptCommandLine(text, daemon) };
  try {
    const json = await host.excerpt(`/proc/${pid}/cmdline`, how);
    return parseJson(json, z.array(z.string()).nullable(), 'the excerpt of a command line');
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}

/** Some daemons are started through an interpreter, whose name then goes before theirs. */
const BEFORE_ARGUMENTS = 2;

/** How a process that is `daemon` was started, as JSON; null when it is another. */
export function excerptCommandLine(text: string, daemon: string): string {
  const words = text.split('\0').filter((word) => word !== '');
  const at = words.slice(0, BEFORE_ARGUMENTS).findIndex((word) => baseName(word) === daemon);
  return JSON.stringify(at < 0 ? null : daemonWords(words.slice(at + 1)));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const DEFAULTS = '/etc/default/ganeti';

/** What the daemons are started with, by variable; none when the file is absent. */
export async function daemonArguments(host: Host): Promise<Record<string, string[]>> {
  try {
    const json = await host.excerpt(DEFAULTS, { name: 'arguments', take: excerptDefaults });
    return parseJson(json, z.record(z.string(), z.array(z.string())), 'the excerpt of defaults');
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return {};
    throw error;
  }
}

/** The arguments in `/etc/default/ganeti` as JSON; as in a shell the last assignment counts. */
export function excerptDefaults(text: string): string {
  const assigned = textLines(text, DEFAULTS).flatMap((line): [string, string[]][] => {
    const [, name, value] = /^\s*(?:export\s+)?([A-Z]+_ARGS)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    return [[name, daemonWords(unquoted(value).split(/\s+/))]];
  });
  return JSON.stringify(Object.fromEntries(assigned));
}

function unquoted(value: string): string {
  const [, double, single, plain] = /^(?:"([^"]*)"|'([^']*)'|(\S*))/.exec(value) ?? [];
  return (double ?? single ?? plain ?? '').trim();
}
