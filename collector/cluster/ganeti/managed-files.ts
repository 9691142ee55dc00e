import type { Membership } from '../../../shared/facts/ganeti.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { fail, pass, unknown } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { type Members, mastersOf, ofMembers } from './members.ts';

/** The files that Ganeti keeps alike are alike. */
export const managedFiles = defineClusterCheck({
  id: 'ganeti.managed-files',
  title: 'The files that Ganeti keeps alike are equal, and where they belong',
  why:
    'A node with an old ssconf or key obeys an old master or nobody. gnt-cluster verify reports ' +
    'it as ECLUSTERFILECHECK once it runs; a node it cannot reach it cannot compare.',
  rules: ['RUN-14'],
  needs: ['ganeti'],
  judge: (nodes) => ofMembers(nodes, judgeFiles),
});

type Kept = Membership['managedFiles'][number];

interface Copy {
  node: string;
  candidate: boolean;
  file: Kept;
}

function judgeFiles(all: Members): ClusterJudgement[] {
  const copies = copiesOf(all);
  const judged = [...groupedBy(copies, ({ file }) => subjectOf(file.path))].flatMap(
    ([subject, some]) => judgeSubject(subject, some),
  );
  const paths = new Set(copies.map(({ file }) => file.path));
  if (judged.length > 0) return judged;
  const nodes = new Set(copies.map(({ node }) => node));
  return [pass(`${counted(paths.size, 'file')} alike on ${counted(nodes.size, 'node')}`)];
}

/**
 * A node that lacks an ssconf file altogether does not name it, and lacks it all the same. One that
 * is marked offline gets no copies, and that it is behind is no fault.
 */
function copiesOf(all: Members): Copy[] {
  const config = mastersOf(all)[0]?.master.config;
  const isUnmanaged = (path: string) =>
    path === '/etc/hosts' && config?.status === 'ok' && !config.value.cluster.modifyEtcHosts;
  const offline = new Set(
    config?.status === 'ok'
      ? config.value.nodes.flatMap((one) => (one.offline ? [one.name] : []))
      : [],
  );
  const known = new Map<string, Kept>(
    all.members.flatMap(({ member }) => member.managedFiles.map((one) => [one.path, one] as const)),
  );
  const served = all.members.filter(({ node }) => !offline.has(node));
  return served.flatMap(({ node, member }) => {
    const candidate = member.role === 'master' || member.role === 'candidate';
    return [...known.values()]
      .filter(({ path }) => !isUnmanaged(path))
      .map(({ path, keptOn }) => {
        const own = member.managedFiles.find((one) => one.path === path);
        return { node, candidate, file: own ?? { path, keptOn, content: ABSENT } };
      });
  });
}

const ABSENT: Kept['content'] = { status: 'ok', value: null };

/** Ssconf is written as a whole: a node that missed it differs in many files for one reason. */
function subjectOf(path: string): string {
  return /\/ssconf_[^/]+$/.test(path) ? 'ssconf' : path;
}

function judgeSubject(subject: string, copies: readonly Copy[]): ClusterJudgement[] {
  const faults = new Set<string>();
  const untold = new Set<string>();
  for (const [path, some] of groupedBy(copies, ({ file }) => file.path)) {
    for (const fault of faultsOf(some)) faults.add(subject === path ? fault : `${path} ${fault}`);
    for (const { node, file } of some) {
      if (file.content.status === 'failed') untold.add(`${node} (${file.content.error.message})`);
    }
  }
  const judged: ClusterJudgement[] = [];
  if (faults.size > 0) {
    const message = `${subject}: ${listed([...faults])}; expected the same everywhere`;
    judged.push({ ...fail(message, 'on the master: gnt-cluster redist-conf'), subject });
  }
  if (untold.size > 0) {
    judged.push({ ...unknown(`${subject} not known of ${listed([...untold])}`), subject });
  }
  return judged;
}

function faultsOf(copies: readonly Copy[]): string[] {
  const told = copies.flatMap(({ node, candidate, file: { content, keptOn } }) =>
    content.status === 'ok' ? [{ node, candidate, keptOn, content: content.value }] : [],
  );
  const keptOn = told[0]?.keptOn;
  const present = told.filter(({ content }) => content !== null);
  const belongs = told.filter(({ candidate }) => keptOn !== 'candidates' || candidate);
  const optional = keptOn === 'all or none' && present.length === 0;
  const missing = optional ? [] : belongs.filter(({ content }) => content === null);
  const astray = present.filter((one) => !belongs.includes(one));
  const variants = groupedBy(
    present.filter((one) => belongs.includes(one)),
    ({ content }) => content?.digest ?? null,
  );
  const differing = [...variants.values()].map((some) => listed(some.map(({ node }) => node)));
  return [
    ...(missing.length > 0 ? [`missing on ${listed(missing.map(({ node }) => node))}`] : []),
    ...(astray.length > 0 ? [`must not be on ${listed(astray.map(({ node }) => node))}`] : []),
    ...(differing.length > 1 ? [`differs between ${differing.join(' / ')}`] : []),
  ];
}
