import { askRapi, type RapiTarget } from '../../../collector/rapi/client.ts';
import type { RapiEvidence } from '../../../collector/rapi/evidence.ts';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { type RapiServer, type Reply, rapiServer } from './rapi-server.ts';

/** The instant at which RAPI is asked. */
export const now = new Date('2026-11-22T12:00:00Z');

export const credentials = { user: 'reader', password: 'pa:ss wörd' };

/** Time enough for a busy machine, and room enough for what is recorded. */
export const small = { timeoutMs: 20_000, maxBytes: 64 * 1024 };

export const authority = await newAuthority(['127.0.0.1'], new Date());

/** What is understood of these answers, by a target that trusts the server unless changed. */
export async function told(
  replies: Readonly<Record<string, Reply>>,
  change: Partial<RapiTarget> = {},
  limits = small,
): Promise<{ evidence: RapiEvidence; server: RapiServer }> {
  const server = await rapiServer(replies, authority);
  const trust = { ca: authority.caCertificate };
  const target = { origin: server.origin, trust, credentials, ...change };
  return { evidence: await askRapi(target, now, limits), server };
}

/** The paths, kinds and texts of all that failed. */
export function failures({ cluster, groups, nodes, instances, jobs }: RapiEvidence): string[] {
  return [cluster, groups, nodes, instances, jobs].flatMap((one) =>
    one.status === 'ok' ? [] : [`${one.error.source} ${one.error.kind}: ${one.error.message}`],
  );
}
