import type { BootInterface } from '../../shared/facts/network.ts';
import { ParseError } from '../host/host.ts';

/** The kernel's own forward delay, which holds where nothing else is stated (net/bridge). */
export const KERNEL_FORWARD_DELAY_MS = 15_000;

/** An interface of which no more is stated than that it is there. */
export function plainInterface(name: string, source: string): BootInterface {
  return {
    interface: name,
    source,
    kind: 'plain',
    atBoot: false,
    ports: [],
    method: 'none',
    addresses: [],
    gateway: null,
    mtuBytes: null,
    bondMode: null,
    stp: null,
    forwardDelayMs: null,
    vlanAware: null,
    faults: [],
  };
}

const BOND_MODES = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];

/** The name of a bonding mode, which may be given as its number. */
export function bondMode(text: string): string {
  return /^[0-6]$/.test(text) ? (BOND_MODES[Number(text)] ?? text) : text;
}

const TRUE = new Set(['1', 'yes', 'y', 'true', 't', 'on']);
const FALSE = new Set(['0', 'no', 'n', 'false', 'f', 'off']);

/** A truth value in any of the spellings that configuration files allow. */
export function parseTruth(text: string, what: string): boolean {
  const word = text.trim().toLowerCase();
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  throw new ParseError(`${what}: expected yes or no`);
}

/** Milliseconds of a number of seconds such as `0` or `2.5`. */
export function parseSeconds(text: string, what: string): number {
  const match = /^\s*(\d{1,6}(?:\.\d{1,6})?)\s*$/.exec(text);
  if (!match) throw new ParseError(`${what}: expected seconds`);
  return Math.round(Number(match[1]) * 1000);
}

/** An MTU in bytes. */
export function parseMtu(text: string, what: string): number {
  if (!/^\s*[1-9]\d{1,9}\s*$/.test(text)) throw new ParseError(`${what}: expected an MTU in bytes`);
  return Number(text);
}
