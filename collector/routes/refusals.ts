import type { FastifyRequest } from 'fastify';
import type { Counters } from '../metrics.ts';
import type { Store } from '../store/store.ts';
import type { Problem } from './problem.ts';

const DETAIL_KEPT = 300;

/** Counts, logs and keeps that a request was refused; what a node sent is counted as such. */
export async function noteRefusal(
  request: FastifyRequest,
  problem: Problem,
  { counters, store, now }: { counters: Counters; store: Store; now(): Date },
): Promise<void> {
  const { access } = request.routeOptions.config;
  const ofNode = access === 'agent' || access === 'newcomer';
  if (ofNode) counters.rejected(problem.code);
  // Whoever storms must not make us write: neither the log nor the disk.
  if (problem.extra.again === true) return;

  // What was not signed says of no node that it was the sender.
  const { cluster = null, node = null } = problem.extra.of ?? request.sender?.key ?? {};
  const { code, message: detail } = problem;
  request.log.info({ code, detail, cluster, node, address: request.ip }, 'refused');
  // The store may be the very thing that failed.
  if (!ofNode || problem.status >= 500) return;
  const lastDetail = detail.slice(0, DETAIL_KEPT);
  await store.countRejection({ code, cluster, node, lastAt: now(), lastDetail }).catch((error) => {
    request.log.error({ err: error }, 'the refusal could not be counted');
  });
}
