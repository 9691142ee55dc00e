import { type Check, defineCheck } from '../check.ts';
import { known } from '../evidence.ts';
import { answered } from '../facts/peers.ts';
import { canonicalIp } from '../ip.ts';
import { fail, pass, skip, unknown } from '../judgement.ts';
import { counted, listed } from '../wording.ts';
import { NOT_PROBED, outcomeWords } from './peers/paths.ts';
import { qualityChecks } from './peers/quality.ts';
import { reachChecks } from './peers/reach.ts';

const clusterAddress = defineCheck({
  id: 'peers.cluster-address',
  title: 'Nobody answers on the cluster address before the cluster is made',
  why: 'gnt-cluster init refuses an address that is in use, and two holders disturb each other.',
  rules: ['NET-15'],
  needs: ['peers'],
  judge({ peers }, policy, node) {
    if (!peers.probed) return skip(NOT_PROBED);
    const wanted = policy.cluster.address;
    if (wanted === undefined) return skip('the policy names no cluster address');
    if (peers.cluster === null) return skip(`${node} has no primary address to try it from`);
    const { address, ports } = peers.cluster;
    if (canonicalIp(address) !== canonicalIp(wanted)) {
      return unknown(`${wanted} was not tried: the agent had another policy, with ${address}`);
    }
    const told = ports.filter(({ answer }) => answer.status === 'ok' && answered(answer.value));
    if (told.length > 0) {
      return fail(
        `${address} answers on ${listed(told.map(({ port }) => `port ${port}`))}, expected nobody`,
        'find its holder with "ip neigh" and free the address, or choose another',
      );
    }
    const silent = ports.map(({ answer }) => known(answer));
    if (silent.some(({ outcome }) => outcome === 'no_source_address')) {
      return unknown(`not tried: ${node} does not hold its primary address`);
    }
    const how = [...new Set(silent.map(outcomeWords))];
    return pass(`${address}: ${listed(how)} on ${counted(ports.length, 'port')}`);
  },
});

/** Whether and how well the node reaches the others; what needs `--probe-peers` skips without. */
export const peersChecks: Check[] = [...reachChecks, ...qualityChecks, clusterAddress];
