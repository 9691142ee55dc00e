import { describe, expect, test } from 'vitest';
import { buildFleet } from '../../../collector/fleet.ts';
import { installPlan } from '../../../collector/plan/plan.ts';
import { type InstallPlan, installPlanSchema } from '../../../shared/install-plan.ts';
import { visible } from '../../../shared/render/safe.ts';
import { fleetOf } from '../../trap-cluster.ts';
import { clusterName, nodeNames, now, seedPolicy } from '../seed-cluster.ts';

const [first = '', second = '', third = ''] = nodeNames;

/** `kind state` of every step. */
function brief({ steps }: InstallPlan): string[] {
  return steps.map(({ kind, state }) => `${kind} ${state}`);
}

function unreported(changes: Record<string, unknown> = {}): InstallPlan {
  const policy = seedPolicy(changes);
  return installPlan(buildFleet({ cluster: clusterName, reports: [], policy, now }));
}

describe("the plan for the guide's nodes, prepared and without a fault", () => {
  let plan: InstallPlan;

  test('is as published', async () => {
    plan = installPlan(await fleetOf({}));
    expect(installPlanSchema.parse(plan)).toEqual(plan);
    expect(plan).toMatchObject({ state: 'open', master: first, nodes: nodeNames });
  });

  test('has nothing left to prepare', () => {
    const prepared = plan.steps.filter(({ on }) => on !== 'master');
    expect(prepared.map(({ kind, state, on, nodes }) => [kind, state, on, nodes.length])).toEqual([
      ...[
        ['packages', 'done', 'each', 3],
        ['drbd-module', 'done', 'each', 3],
        ['volume-group', 'done', 'each', 3],
        ['bridge', 'done', 'each', 3],
        ['hosts', 'done', 'each', 3],
      ],
    ]);
  });

  test('makes the cluster on the master, line by line', () => {
    const nodeList = 'gnt-node list --no-headers -o name';
    expect(plan.steps.filter(({ on }) => on === 'master').flatMap(({ shell }) => shell)).toEqual([
      'test -s /var/lib/ganeti/config.data >/dev/null 2>&1 || gnt-cluster init --vg-name gnt ' +
        '--master-netdev br0 --master-netmask 24 --enabled-hypervisors kvm ' +
        "--enabled-disk-templates 'plain,drbd' --drbd-usermode-helper /bin/true " +
        clusterName,
      `${nodeList} ${second} >/dev/null 2>&1 || gnt-node add ${second}`,
      `${nodeList} ${third} >/dev/null 2>&1 || gnt-node add ${third}`,
      "gnt-cluster modify --nic-parameters 'mode=bridged,link=br0'",
      'gnt-cluster modify --default-iallocator hail',
      "gnt-cluster modify --disk-parameters 'drbd:dynamic-resync=true,metavg=gnt," +
        "net-custom=--max-buffers=16000 --max-epoch-size=16000'",
      "gnt-cluster modify --disk-parameters 'drbd:c-min-rate=12207,c-max-rate=122070'",
      "gnt-cluster modify --hypervisor-parameters 'kvm:kvm_flag=enabled,disk_aio=native," +
        'disk_cache=none,kernel_path=,serial_console=false,vnc_bind_address=127.0.0.1,' +
        "vhost_net=true'",
      'gnt-cluster modify --hypervisor-parameters kvm:migration_bandwidth=89',
      'gnt-cluster modify --hypervisor-parameters kvm:machine_version=pc-i440fx-7.2',
      'gnt-cluster modify --hypervisor-parameters ' +
        "'kvm:cpu_type=Broadwell-v4\\,+stibp\\,+ssbd\\,+md-clear\\,+pdpe1gb\\,enforce'",
      'gnt-cluster verify',
    ]);
  });

  test('says of each line why, and names the findings it rests on', () => {
    for (const { reason } of plan.steps) expect(reason).not.toBe('');
    const cpuType = plan.steps.find(({ kind }) => kind === 'cpu-type');
    expect(cpuType?.restsOn.map(({ check, verdict }) => `${check} ${verdict}`)).toContain(
      'cpu.common-type pass',
    );
  });
});

describe('without any report', () => {
  test('what the policy alone decides is free, all else is held back as unknown', () => {
    const plan = unreported();
    expect(plan.state).toBe('undecided');
    expect(brief(plan)).toEqual([
      ...['packages run', 'drbd-module run', 'volume-group held', 'bridge held', 'hosts run'],
      ...['init held', 'node-add held', 'node-add held', 'nic-parameters held'],
      ...['iallocator held', 'disk-parameters held', 'drbd-rates held'],
      ...['hypervisor-parameters held', 'migration-bandwidth held', 'machine-version held'],
      ...['cpu-type held', 'migration-tags held', 'verify held'],
    ]);
    const cpuType = plan.steps.find(({ kind }) => kind === 'cpu-type');
    expect(cpuType?.held?.by).toBe('unknown');
    expect(cpuType?.held?.needs).toContain('a report of ');
  });

  test('the plan has what the policy wants of addresses, groups, SSH and the hosts file', () => {
    const nodes = nodeNames.map((name, index) => ({
      ...{ name, address: `192.0.2.${5 + index}`, secondaryAddress: `10.0.0.${5 + index}` },
      group: index < 2 ? 'left' : 'right',
    }));
    const cluster = { name: clusterName, address: '192.0.2.4', sshSetup: false, etcHosts: false };
    const network = { masterNetmask: 22, masterNetdev: 'eth0', bridges: [{ name: 'br7' }] };
    const storage = { diskTemplates: ['file'] };
    const { steps } = unreported({ nodes, cluster, network, storage });
    const linesOf = (kind: string) =>
      steps.filter((step) => step.kind === kind).flatMap(({ lines }) => lines);
    const argvOf = (kind: string) =>
      linesOf(kind).map((line) => (line.do === 'run' ? line.argv.join(' ') : ''));
    expect(argvOf('init')).toEqual([
      'gnt-cluster init --master-netdev eth0 --master-netmask 22 --secondary-ip 10.0.0.5 ' +
        '--enabled-hypervisors kvm --enabled-disk-templates file --no-ssh-init --no-etc-hosts ' +
        clusterName,
    ]);
    expect(argvOf('node-group')).toEqual([
      'gnt-group add left',
      `gnt-group assign-nodes left ${first}`,
      'gnt-group add right',
    ]);
    expect(argvOf('node-add')).toEqual([
      `gnt-node add --secondary-ip 10.0.0.6 --node-group left ${second}`,
      `gnt-node add --secondary-ip 10.0.0.7 --node-group right ${third}`,
    ]);
    expect(argvOf('nic-parameters')).toEqual([
      'gnt-cluster modify --nic-parameters mode=bridged,link=br7',
    ]);
    expect(steps.some(({ kind }) => kind === 'drbd-module' || kind === 'volume-group')).toBe(false);
  });
});

describe('what a command must not be given', () => {
  test.each([['a\nreboot'], ['\u001b[2J.example.org'], ['-x.example.org']])(
    'a node named %j holds its lines back',
    (name) => {
      const { steps } = unreported({ nodes: [{ name, address: '192.0.2.5' }] });
      const own = steps.filter(({ state }) => state === 'run');
      expect(own).toEqual([]);
    },
  );

  test('no live line holds anything that a terminal acts on', async () => {
    const { steps } = unreported({ storage: { volumeGroup: 'g\u009b2J', usermodeHelper: '/a b' } });
    const live = steps.filter(({ state }) => state === 'run').flatMap(({ shell }) => shell);
    expect(live.filter((line) => visible(line) !== line)).toEqual([]);
    const module = steps.find(({ kind }) => kind === 'drbd-module');
    expect(module).toMatchObject({ state: 'held', held: { by: 'fail' } });
  });
});

test('nobody to plan for is undecided, and no step', () => {
  const plan = unreported({ nodes: [] });
  expect(plan).toMatchObject({ state: 'undecided', master: null, steps: [] });
});
