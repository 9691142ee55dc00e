import type { GanetiConfig, InstanceConfig, Ipolicy } from '../../shared/facts/ganeti-config.ts';

/** The policy of the group of that name: what it does not set it has from the cluster. */
export function policyOf({ cluster, groups }: GanetiConfig, name: string | undefined): Ipolicy {
  const own = groups.find((group) => group.name === name)?.ipolicy;
  if (own === undefined) return cluster.ipolicy;
  return {
    ...cluster.ipolicy,
    diskTemplates: own.diskTemplates ?? cluster.ipolicy.diskTemplates,
    ranges: own.ranges.length > 0 ? own.ranges : cluster.ipolicy.ranges,
  };
}

type Specs = Ipolicy['ranges'][number]['min'];

/**
 * What of a guest its policy refuses; empty: nothing. It has to lie in one of the ranges as a
 * whole, and told is what the nearest one refuses.
 */
export function violations(instance: InstanceConfig, { diskTemplates, ranges }: Ipolicy): string[] {
  const { diskTemplate, beparams, disks, nics } = instance;
  const isListed = diskTemplates?.includes(diskTemplate) ?? true;
  const template = isListed || diskTemplate === 'diskless' ? [] : [`template ${diskTemplate}`];
  const sizes: [keyof Specs, number][] = [
    ['memoryMiB', beparams.maxMemoryMiB],
    ['vcpus', beparams.vcpus],
    ...disks.map(({ sizeMiB }): [keyof Specs, number] => ['diskMiB', sizeMiB]),
    ['disks', disks.length],
    ['nics', nics.length],
  ];
  const perRange = ranges.map(({ min, max }) =>
    sizes.flatMap(([key, value]) => {
      const outside = value < (min[key] ?? 0) || value > (max[key] ?? Number.POSITIVE_INFINITY);
      return outside ? [`${value} ${NAMES[key]}`] : [];
    }),
  );
  const nearest = perRange.toSorted((a, b) => a.length - b.length)[0] ?? [];
  return [...template, ...nearest];
}

const NAMES: Readonly<Record<keyof Specs, string>> = {
  memoryMiB: 'MiB of memory',
  vcpus: 'virtual CPUs',
  diskMiB: 'MiB of disk',
  disks: 'disks',
  nics: 'NICs',
  spindles: 'spindles',
};
