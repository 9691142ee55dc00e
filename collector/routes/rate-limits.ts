import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { networkOf } from '../../shared/ip.ts';
import { plainAddress } from '../trusted-proxies.ts';
import { Problem } from './problem.ts';
import { spread } from './spread.ts';

/** How many requests one sender may make in ten seconds. */
export interface RateLimits {
  perAddress: number;
  perCredential: number;
}

/** Counts a request for its sender and refuses it above the limit. */
export interface RateGuard {
  credential(request: FastifyRequest, id: string): Promise<void>;
  signIn(request: FastifyRequest): Promise<void>;
}

const WINDOW_MS = 10_000;
/** Who mistypes a token a few times may go on; a token itself cannot be guessed. */
const SIGN_INS = { max: 10, timeWindow: 60_000 };

export const defaultRateLimits: RateLimits = {
  // A thousand nodes behind one NAT report every 15 minutes with jitter: some 11 in ten seconds.
  // After an outage all of them may come at once. A storm gets a tenth of what we can take.
  perAddress: 1000,
  // A node that was cut off for a day brings 96 reports in one go.
  perCredential: 100,
};

/**
 * Who is refused for an address is told to come when the next window has begun, or by chance so
 * much later: a whole site behind one NAT would only ever meet again at the beginning of a window.
 */
const ADDRESS_SPREAD = { leastSeconds: 0, mostSeconds: 60 };

/** Senders remembered at a time: 10,000 nodes, and as many addresses. */
const SENDERS_KEPT = 20_000;

/** Refuses, from the first byte on, whoever asks too often from one address. */
export async function guardRates(app: FastifyInstance, limits: RateLimits): Promise<RateGuard> {
  await app.register(rateLimit, { global: false, cache: SENDERS_KEPT });
  const settings = { timeWindow: WINDOW_MS, ban: 1 };
  const byAddress = app.createRateLimit({
    ...settings,
    max: limits.perAddress,
    keyGenerator: (request) => `address ${senderNetwork(request.ip)}`,
  });
  const credentials = new WeakMap<FastifyRequest, string>();
  const byCredential = app.createRateLimit({
    ...settings,
    max: limits.perCredential,
    keyGenerator: (request) => `credential ${credentials.get(request) ?? ''}`,
  });

  const bySignIn = app.createRateLimit({
    ...{ ...SIGN_INS, ban: 1 },
    keyGenerator: (request) => `sign-in ${senderNetwork(request.ip)}`,
  });

  app.addHook('onRequest', async (request) => {
    refuseAbove(await byAddress(request), 'address', { laterSeconds: spread(ADDRESS_SPREAD) });
  });
  return {
    async credential(request, id) {
      credentials.set(request, id);
      refuseAbove(await byCredential(request), 'credential');
    },
    async signIn(request) {
      refuseAbove(await bySignIn(request), 'address to sign in', { windowMs: SIGN_INS.timeWindow });
    },
  };
}

type Count = Awaited<ReturnType<ReturnType<FastifyInstance['createRateLimit']>>>;

function refuseAbove(
  count: Count,
  what: string,
  { windowMs = WINDOW_MS, laterSeconds = 0 } = {},
): void {
  if (count.isAllowed || !count.isExceeded) return;
  const seconds = windowMs / 1000;
  throw new Problem('rate_limited', `more than ${count.max} in ${seconds} s from one ${what}`, {
    retryAfterSeconds: Math.max(1, count.ttlInSeconds) + laterSeconds,
    // `isBanned` is the library's word for more than one above the limit.
    again: count.isBanned,
  });
}

/** A subscriber has the 2^64 addresses of an IPv6 /64; of IPv4 an address is one. */
export function senderNetwork(address: string): string {
  const plain = plainAddress(address);
  return networkOf(plain, plain.includes('.') ? 32 : 64) ?? plain;
}
