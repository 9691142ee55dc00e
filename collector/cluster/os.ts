import type { Judgement } from '../../shared/check.ts';
import { known, unknownBecause } from '../../shared/evidence.ts';
import type { OsFacts } from '../../shared/facts/os.ts';
import { pass, unknown } from '../../shared/judgement.ts';
import { agreementOf, judgeAgreement } from './agreement.ts';
import { type ClusterCheck, defineClusterCheck, type NodeFacts } from './cluster-check.ts';

/** What the operating systems of the nodes have in common. */
export const osClusterChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'os.release-equal',
    title: 'All nodes run the same distribution and release',
    why:
      'Ganeti, QEMU and DRBD come with the release; nodes of different ones differ in all three, ' +
      'and a guest may migrate in one direction only.',
    rules: ['OS-01'],
    needs: ['os'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ os }) => {
          if (os.id === null) return unknownBecause('its os-release names no ID');
          return os.versionId === null ? os.id : `${os.id} ${os.versionId}`;
        }),
        {
          noun: 'release',
          verdict: 'warn',
          remedy: 'bring all nodes to one release; while they differ, migrate from old to new only',
        },
      ),
    ],
  }),
  defineClusterCheck({
    id: 'os.kernel-equal',
    title: 'All nodes run the same kernel',
    why:
      'KVM, DRBD and the mitigations guests see come from the running kernel, so a guest that ' +
      'migrates between two kernels may meet another machine.',
    rules: ['OS-02'],
    needs: ['os'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ os }) => os.kernelRelease),
        {
          noun: 'kernel',
          verdict: 'warn',
          remedy: 'install the same kernel on all nodes and reboot one after the other',
        },
      ),
    ],
  }),
  defineClusterCheck({
    id: 'os.packages-equal',
    title: 'The packages Ganeti needs have equal versions on all nodes',
    why:
      'Ganeti refuses to work between nodes of different protocol versions, and differing tools ' +
      'make a job succeed on one node and fail on another.',
    rules: ['OS-05', 'RUN-01'],
    needs: ['os'],
    judge: judgePackages,
  }),
  defineClusterCheck({
    id: 'os.definitions-equal',
    title: 'All nodes have the same OS definitions',
    why:
      'gnt-instance add uses an OS only where every node has it in the same variants and API ' +
      'versions; one that a node lacks is invalid for the cluster.',
    rules: ['OS-10'],
    needs: ['os'],
    judge: (nodes) => [
      judgeAgreement(
        agreementOf(nodes, ({ os }) => definitionsOf(os)),
        {
          noun: 'OS definitions',
          verdict: 'warn',
          remedy: 'install the same packages with OS definitions on all nodes: gnt-os diagnose',
        },
      ),
    ],
  }),
];

function definitionsOf({ osDefinitions }: OsFacts): string {
  if (osDefinitions === undefined) return unknownBecause('its agent did not look for them');
  const names = known(osDefinitions).map(({ name, apiVersions, variants }) => {
    const version = apiVersions.length === 0 ? '' : ` API ${Math.max(...apiVersions)}`;
    return variants.length === 0 ? `${name}${version}` : `${name}+${variants.join('+')}${version}`;
  });
  return names.length === 0 ? 'none' : names.join(' and ');
}

function judgePackages(nodes: NodeFacts<'os'>[]): Judgement[] {
  const names = new Set(
    nodes.flatMap(({ facts: { os } }) =>
      os.packages.status === 'ok'
        ? Object.keys(os.packages.value).filter((name) => !isAbsent(os, name))
        : [],
    ),
  );
  if (names.size === 0) {
    return [unknown('no node tells of a package that is installed')];
  }
  const judged = [...names].sort().map((name) => judgePackage(name, nodes));
  const notable = judged.filter(({ verdict }) => verdict !== 'pass');
  if (notable.length > 0) return notable;
  const versions = judged.map(({ message }) => message).join('; ');
  return [pass(versions)];
}

function judgePackage(name: string, nodes: NodeFacts<'os'>[]): Judgement {
  const holders = nodes.filter(({ facts: { os } }) => !isAbsent(os, name));
  const agreement = agreementOf(holders, ({ os }) => {
    const version = known(os.packages)[name];
    return version ?? unknownBecause('its agent did not ask for it');
  });
  const judgement = judgeAgreement(agreement, {
    noun: name,
    verdict: isGaneti(name) ? 'fail' : 'warn',
    remedy: `install one version of ${name} on all nodes: apt-get install ${name}=VERSION`,
  });
  return { ...judgement, subject: name };
}

/** Where a package has to be is judged on each node; here only that its versions are equal. */
function isAbsent({ packages }: OsFacts, name: string): boolean {
  return packages.status === 'ok' && packages.value[name] === null;
}

/** Ganeti itself refuses a node of another version; other packages only behave differently. */
function isGaneti(name: string): boolean {
  return name === 'ganeti' || /^ganeti-\d+\.\d+$/.test(name);
}
