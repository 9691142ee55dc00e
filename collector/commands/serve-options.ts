import { isIPv4 } from 'node:net';
import { CommandError } from '../../shared/exit.ts';
import { parseIp, parsePrefix } from '../../shared/ip.ts';
import { parseDuration } from '../../shared/units.ts';
import type { Damping } from '../announce/damping.ts';
import type { RateLimits } from '../routes/rate-limits.ts';
import type { Retention } from '../store/store.ts';
import { plainAddress } from '../trusted-proxies.ts';
import type { DatabaseOptions } from './database.ts';
import type { WebhookOptions } from './webhook-options.ts';

/** Five hours of reports; what stands for as long is no flapping any more. */
const ROUNDS_MAX = 20;

/** What `muster serve` is given on its command line. */
export interface ServeOptions extends DatabaseOptions, WebhookOptions {
  listen: string;
  openPage: boolean;
  insecureBind: boolean;
  tlsCert?: string;
  tlsKey?: string;
  approveEnrolments: boolean;
  keepFull: string;
  keep: string;
  ratePerAddress: string;
  ratePerCredential: string;
  announceAfter: string;
  /** from a file or the environment it is one text */
  trustedProxy?: string | readonly string[];
}

export interface Address {
  host: string;
  port: number;
}

/** Host and port of `HOST:PORT` or `[IPV6]:PORT`. */
export function parseListen(text: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65_535) {
    throw new CommandError('usage', `--listen: expected HOST:PORT, found "${text}"`);
  }
  return { host, port };
}

/** Refuses what would send secrets over a network in the clear, or the page to anybody. */
export function mustBeSafe({ host }: Address, options: ServeOptions, tls: boolean): void {
  if (isLoopback(host)) return;
  if (!tls && !options.insecureBind) {
    throw new CommandError(
      'usage',
      `--listen ${options.listen}: tokens would cross the network unencrypted; give --tls-cert ` +
        'and --tls-key, listen on loopback behind a proxy that speaks TLS, or give --insecure-bind',
    );
  }
  if (options.openPage) {
    throw new CommandError('usage', '--open-page is for loopback: anyone could read the page');
  }
}

/** How long history is kept, from `--keep-full` and `--keep`. */
export function parseRetention({ keepFull, keep }: ServeOptions): Retention {
  const fullMs = durationOf(keepFull, '--keep-full');
  const maximumMs = keep === 'forever' ? null : durationOf(keep, '--keep');
  if (maximumMs !== null && maximumMs < fullMs) {
    throw new CommandError('usage', `--keep ${keep} is less than --keep-full ${keepFull}`);
  }
  return { fullMs, maximumMs };
}

/** The rates, from `--rate-per-address` and `--rate-per-credential`. */
export function parseRates({ ratePerAddress, ratePerCredential }: ServeOptions): RateLimits {
  return {
    perAddress: countOf(ratePerAddress, '--rate-per-address'),
    perCredential: countOf(ratePerCredential, '--rate-per-credential'),
  };
}

/** In how many of the last rounds a change has to stand, from `--announce-after`. */
export function parseDamping({ announceAfter }: Pick<ServeOptions, 'announceAfter'>): Damping {
  const [of, among] = /^(\d{1,2})\/(\d{1,2})$/.exec(announceAfter)?.slice(1).map(Number) ?? [];
  if (of !== undefined && among !== undefined && of > 0 && of <= among && among <= ROUNDS_MAX) {
    return { of, among };
  }
  throw new CommandError(
    'usage',
    `--announce-after: expected N/M such as 2/3, up to ${ROUNDS_MAX}, found "${announceAfter}"`,
  );
}

/** The networks of `--trusted-proxy`, each as a prefix. */
export function parseProxies({ trustedProxy = [] }: Pick<ServeOptions, 'trustedProxy'>): string[] {
  return [trustedProxy].flat().flatMap((text) => text.split(',').map((one) => proxyOf(one.trim())));
}

function proxyOf(text: string): string {
  const address = plainAddress(text);
  const bits = { 4: 32, 6: 128 }[parseIp(address)?.family ?? 4];
  const prefix = parsePrefix(text.includes('/') ? text : `${address}/${bits}`);
  if (prefix === null) {
    const expected = 'expected an address or a network such as 10.0.0.0/24';
    throw new CommandError('usage', `--trusted-proxy: ${expected}, found "${text}"`);
  }
  if (prefix.prefixLength === 0) {
    throw new CommandError('usage', `--trusted-proxy: ${text} is everybody, and not a proxy`);
  }
  return `${prefix.address}/${prefix.prefixLength}`;
}

function durationOf(text: string, option: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== null && durationMs > 0) return durationMs;
  throw new CommandError('usage', `${option}: expected a duration such as 7d, found "${text}"`);
}

function countOf(text: string, option: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new CommandError('usage', `${option}: expected a number, found "${text}"`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
