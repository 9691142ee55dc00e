import { ownerOf } from '../../../shared/checks/network/owner.ts';
import { unknownBecause } from '../../../shared/evidence.ts';
import type { NetworkFacts } from '../../../shared/facts/network.ts';
import type { Told } from '../told.ts';
import { askHosts, hostingNodes, type Setup } from './setup.ts';

/** The speed of the link over which each hosting node mirrors and migrates, in Mbit/s. */
export function secondarySpeeds(setup: Setup<{ network: NetworkFacts }>): Told<number> {
  const addresses = new Map(
    setup.config.nodes.map(({ name, secondaryAddress }) => [name, secondaryAddress]),
  );
  return askHosts(setup, hostingNodes(setup), ({ network }, node) => {
    const address = addresses.get(node) ?? '';
    const owner = ownerOf(network, address);
    if (owner === null) return unknownBecause(`${address} is on no interface`);
    return speedOf(network, owner) ?? unknownBecause(`the driver tells no speed of ${owner}`);
  });
}

/** Its speed in Mbit/s; of a bridge the fastest of its ports, as older kernels give it none. */
export function speedOf({ interfaces, bridges }: NetworkFacts, name: string): number | null {
  const own = interfaces.find((one) => one.name === name)?.speedMbps ?? null;
  if (own !== null) return own;
  const ports = bridges.find((one) => one.name === name)?.ports ?? [];
  const speeds = interfaces.flatMap((one) =>
    ports.includes(one.name) && one.physical === true && one.speedMbps !== null
      ? [one.speedMbps]
      : [],
  );
  return speeds.length === 0 ? null : Math.max(...speeds);
}
