import { defineCheck, type Judgement } from '../../check.ts';
import type { Lookup } from '../../facts/names.ts';
import { canonicalIp } from '../../ip.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { type Policy, policyNames, policyNode } from '../../policy.ts';
import { listed } from '../../wording.ts';
import { isLoopback } from './loopback.ts';

/** Each name of the policy, asked of the system resolver as Ganeti asks it. */
export const resolve = defineCheck({
  id: 'names.resolve',
  title: 'All names of the cluster resolve, to the addresses of the policy',
  why: 'gnt-cluster init and gnt-node add look up these names on every node.',
  rules: ['NAME-01'],
  needs: ['names'],
  judge({ names }, policy) {
    const wanted = policyNames(policy);
    if (wanted.length === 0) return skip('the policy names neither nodes nor the cluster');
    return wanted.map((name) => ({
      subject: name,
      ...judgeLookup(
        name,
        names.lookups.find((one) => one.name === name),
        addressOf(policy, name),
      ),
    }));
  },
});

/** The primary address that the policy gives a name; a name alone may be anywhere. */
function addressOf(policy: Policy, name: string): string | undefined {
  return policyNode(policy, name)?.address ?? clusterAddress(policy, name);
}

function clusterAddress({ cluster }: Policy, name: string): string | undefined {
  return cluster.name === name ? cluster.address : undefined;
}

function judgeLookup(name: string, lookup: Lookup | undefined, wanted?: string): Judgement {
  if (lookup === undefined) {
    return unknown(`the agent did not look up ${name}`, 'muster-agent report --policy FILE');
  }
  if (lookup.resolver.status === 'failed') return unknown(lookup.resolver.error.message);
  const found = lookup.resolver.value;
  const remedy = `add "${wanted ?? 'ADDRESS'} ${name}" to /etc/hosts, or to the DNS`;
  const expected = wanted === undefined ? 'an address' : wanted;
  if (found.length === 0) return fail(`${name} does not resolve, expected ${expected}`, remedy);
  if (wanted === undefined) {
    if (!found.every(isLoopback)) return pass(`${name} is ${listed(found)}`);
    return fail(`${name} is ${listed(found)}, expected an address of the network`, remedy);
  }
  if (!found.some((one) => canonicalIp(one) === canonicalIp(wanted))) {
    return fail(`${name} is ${listed(found)}, expected ${wanted}`, remedy);
  }
  if (found.length === 1) return pass(`${name} is ${wanted}`);
  return warn(
    `${name} is ${listed(found)}, expected ${wanted} alone`,
    `take the other addresses of ${name} out of /etc/hosts or the DNS`,
  );
}
