import type { Policy } from '../../shared/policy.ts';
import { type Draft, forbidden, run } from './draft.ts';
import { allWell, factsOf, findingsOf, isTrouble, type PlanNode } from './scene.ts';

/** A host key without which gnt-cluster init stops, where there is none. */
export function sshHostKey(node: PlanNode): Draft[] {
  if (!findingsOf(node, ['os.ssh-host-key']).some(({ verdict }) => verdict === 'fail')) return [];
  return [
    {
      kind: 'ssh-host-key',
      node: node.name,
      lines: [run(['ssh-keygen', '-A']), run(['systemctl', 'restart', 'ssh'])],
      reason: 'gnt-cluster init stops where there is neither an RSA nor a DSA host key',
    },
  ];
}

/** The module behind vhost_net=true, now and at boot. */
export function vhostNet(node: PlanNode): Draft[] {
  const fails = findingsOf(node, ['virtualisation.vhost-net']).some(isTrouble);
  if (!fails) return [];
  return [
    {
      kind: 'vhost-net',
      node: node.name,
      lines: [
        { do: 'write', file: '/etc/modules-load.d/vhost_net.conf', lines: ['vhost_net'] },
        run(['modprobe', 'vhost_net']),
      ],
      reason: 'with vhost_net=true no guest starts without /dev/vhost-net',
    },
  ];
}

/** The number upstream's install guide gives; on DRBD 8.4 it only sizes a table. */
const MINOR_COUNT = 128;
const OPTIONS_FILE = '/etc/modprobe.d/ganeti-drbd.conf';

/** The module with the helper that Ganeti expects: its own default is another. */
export function drbdModule(node: PlanNode, policy: Policy): Draft[] {
  const { diskTemplates, usermodeHelper } = policy.storage;
  if (!diskTemplates.includes('drbd')) return [];
  const mended = ['drbd.loaded', 'drbd.usermode-helper', 'drbd.persistence'];
  const facts = factsOf(node, 'drbd');
  const isLoaded = facts?.loaded.status === 'ok' && facts.loaded.value;
  const draft: Draft = {
    kind: 'drbd-module',
    node: node.name,
    lines: [
      {
        do: 'write',
        file: OPTIONS_FILE,
        lines: [`options drbd minor_count=${MINOR_COUNT} usermode_helper=${usermodeHelper}`],
      },
      { do: 'write', file: '/etc/modules-load.d/drbd.conf', lines: ['drbd'] },
      // its options are read only when it is loaded
      ...(isLoaded && !allWell(node, ['drbd.usermode-helper'])
        ? [run(['modprobe', '-r', 'drbd'])]
        : []),
      run(['modprobe', 'drbd']),
    ],
    reason:
      'gnt-cluster init reads the helper of the loaded module; its default is drbdadm, and a ' +
      'helper that only the cluster knows is not in force',
  };
  if ([...mended, 'drbd.helper-persistence'].every((check) => allWell(node, [check]))) {
    return [{ ...draft, lines: [], done: true }];
  }
  if (!/^\/[\w./+-]+$/.test(usermodeHelper)) {
    const reason = `storage.usermodeHelper "${usermodeHelper}" is no path a module option can hold`;
    return [{ ...draft, held: forbidden(reason, 'correct it in the policy') }];
  }
  const [fault] = findingsOf(node, ['drbd.module', 'drbd.version', 'drbd.digest']).filter(
    ({ verdict }) => verdict === 'fail',
  );
  if (fault === undefined) return [draft];
  return [{ ...draft, held: forbidden(fault.message, fault.remedy ?? 'muster verify tells') }];
}
