import type { Facts, Report, Section } from '../shared/report.ts';

/**
 * A commented policy (YAML) made from the reports at hand: what they agree on is filled in, what
 * only a person knows is left as a comment. The reports' own values are proposals, not judgements.
 */
export function initPolicy(reports: readonly Report[], cluster: string | undefined): string {
  const sorted = [...reports].sort((a, b) => (a.node < b.node ? -1 : 1));
  return [
    '# yaml-language-server: $schema=/usr/share/muster/schemas/policy.schema.json',
    '# What this cluster is meant to be. Muster compares every node with it.',
    '# Every key left out has the value of the guide; see: muster policy show FILE',
    '',
    ...clusterLines(cluster),
    '',
    ...nodeLines(sorted),
    '',
    ...storageLines(sorted),
    '',
    ...networkLines(sorted),
    '',
    ...hvparamsLines(),
    '',
    'thresholds:',
    '  # a report older than this counts as missing',
    '  maximumAge: 2h',
    '',
  ].join('\n');
}

function clusterLines(cluster: string | undefined): string[] {
  const why = '# the name and the address given to gnt-cluster init; no node may have that address';
  if (cluster === undefined) {
    return [why, '# cluster:', '#   name: ganeti-cluster01.example.org', '#   address: 192.0.2.4'];
  }
  return [why, 'cluster:', `  name: ${quoted(cluster)}`, '  # address: 192.0.2.4'];
}

function nodeLines(reports: readonly Report[]): string[] {
  if (reports.length === 0) {
    return [
      'nodes: []',
      '# nodes:',
      '#   - name: ganeti01.example.org',
      '#     address: 192.0.2.5',
    ];
  }
  return ['nodes:', ...reports.flatMap(nodeEntry)];
}

function nodeEntry(report: Report): string[] {
  const address = primaryAddress(report);
  return [
    `  - name: ${quoted(report.node)}`,
    address === null
      ? '    # address: no single IPv4 address was found beside the default route'
      : `    address: ${quoted(address)}`,
  ];
}

/** The IPv4 address on the interface of the default route: how Ganeti would reach the node. */
function primaryAddress(report: Report): string | null {
  const network = facts(report, 'network');
  if (network?.addresses.status !== 'ok' || network.routes.status !== 'ok') return null;
  const route = network.routes.value.find(
    (one) => one.family === 'inet' && one.destination === 'default',
  );
  const found = network.addresses.value.filter(
    (one) => one.family === 'inet' && one.scope === 'global' && one.interface === route?.interface,
  );
  return found.length === 1 ? (found[0]?.address ?? null) : null;
}

function storageLines(reports: readonly Report[]): string[] {
  const sets = reports.map((report) =>
    facts(report, 'lvm')?.volumeGroups.map((group) => group.name),
  );
  const name = common(sets);
  return [
    'storage:',
    name === null
      ? '  # no single volume group on all nodes was reported; gnt is the guide’s name'
      : '  # the volume group that every report has',
    `  volumeGroup: ${quoted(name ?? 'gnt')}`,
    '  minimumFree: 10 GiB',
    '  # drbd among these turns the DRBD checks on',
    '  diskTemplates: [plain, drbd]',
    '  usermodeHelper: /bin/true',
  ];
}

function networkLines(reports: readonly Report[]): string[] {
  const sets = reports.map((report) => facts(report, 'network')?.bridges.map((one) => one.name));
  const name = common(sets) ?? 'br0';
  return [
    'network:',
    '  bridges:',
    `    - name: ${quoted(name)}`,
    '      # false for a bridge that only guests use',
    '      hostAddress: true',
    '      vlanAware: false',
    `  masterNetdev: ${quoted(name)}`,
    '  # secondaryNetwork: 10.0.0.0/24',
  ];
}

function hvparamsLines(): string[] {
  return [
    'hvparams:',
    '  # what the cluster is configured with, or is to be; muster cpu-type recommends one',
    '  # cpu_type: Broadwell-v4',
    '  # machine_version: pc-i440fx-7.2',
    '  vhost_net: true',
  ];
}

/** The one name that is in every list; null when there is none or more than one. */
function common(lists: readonly (string[] | undefined)[]): string | null {
  const [first, ...rest] = lists;
  const shared = (first ?? []).filter((name) => rest.every((list) => list?.includes(name)));
  return shared.length === 1 ? (shared[0] ?? null) : null;
}

function facts<S extends Section>(report: Report, section: S): Facts[S] | null {
  const outcome = report.sections[section];
  return outcome?.status === 'ok' ? (outcome.facts as Facts[S]) : null;
}

function quoted(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && Number.isNaN(Number(text))
    ? text
    : JSON.stringify(text);
}
