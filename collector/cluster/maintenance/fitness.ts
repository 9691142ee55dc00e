import type { Finding } from '../../../shared/check.ts';
import { nodedRuns } from './successor.ts';
import type { Obstacle } from './target.ts';
import { reading, type ViewNode } from './view-node.ts';

/** What makes a node unfit to take a guest now, whatever else is wrong with it. */
const FITNESS = new Set([
  ...['virtualisation.flag', 'virtualisation.module', 'virtualisation.kvm', 'virtualisation.tun'],
  'qemu.present',
]);

/** Why no guest would start on the node or arrive there, by its own findings; empty: it can. */
export function fitnessObstacles(node: ViewNode, findings: readonly Finding[]): Obstacle[] {
  const unfit = findings.flatMap(({ check, verdict, message }): Obstacle[] => {
    if (!FITNESS.has(check) || (verdict !== 'fail' && verdict !== 'unknown')) return [];
    return [{ verdict: verdict === 'fail' ? 'not' : 'unknown', text: message }];
  });
  // the other daemons of a node take no part in receiving a guest
  const running = reading(() => nodedRuns(node));
  if (running.status === 'failed') unfit.push({ verdict: 'unknown', text: running.error.message });
  else if (!running.value) unfit.push({ verdict: 'not', text: 'its ganeti-noded does not run' });
  return unfit;
}
