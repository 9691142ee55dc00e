import { known, unknownBecause } from '../../../shared/evidence.ts';
import { fail, skip, warn } from '../../../shared/judgement.ts';
import { formatBytes, MIB } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { guestsOf } from './running.ts';
import { askHosts, concluded, homesOf, hostingNodes, ofSetup, settingsOf } from './setup.ts';

/** What htools leave to a node of KVM itself, whatever it really uses. */
export const NODE_SHARE_BYTES = 4096 * MIB;

const promised = defineClusterCheck({
  id: 'memory.promised',
  title: 'The guests of a node fit into its memory',
  why:
    'Ganeti counts what guests use now. When they come to use all they were promised, a node ' +
    'that promised more than it has swaps, or the kernel kills one of them.',
  rules: ['MEM-03'],
  needs: ['ganeti', 'memory'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { told, untold } = askHosts(setup, hostingNodes(setup), ({ memory }, node) => {
        const guests = setup.config.instances.filter(
          ({ primaryNode, adminState }) => primaryNode === node && adminState === 'up',
        );
        const bytes = guests.reduce((sum, one) => sum + one.beparams.maxMemoryMiB, 0) * MIB;
        return { count: guests.length, bytes, totalBytes: memory.totalBytes };
      });
      const faults = told.flatMap(({ node, value }): ClusterJudgement[] => {
        const { count, bytes, totalBytes } = value;
        if (count === 0 || bytes + NODE_SHARE_BYTES <= totalBytes) return [];
        const found = `${counted(count, 'guest')} may use ${formatBytes(bytes)}`;
        const message =
          `${found} of ${formatBytes(totalBytes)}, expected ${formatBytes(NODE_SHARE_BYTES)} ` +
          'left to the node';
        const say = bytes > totalBytes ? fail : warn;
        return [{ ...say(message, 'move guests away: hbal -L, or lower their maxmem'), node }];
      });
      const found = `the guests of ${counted(told.length, 'node')} fit into its memory`;
      return concluded(faults, found, { noun: 'memory', untold });
    }),
});

const nodeShare = defineClusterCheck({
  id: 'memory.node-share',
  title: 'The nodes themselves use no more memory than htools leave them',
  why:
    'hail and hbal count 4096 MiB for a node, whatever it uses: where it uses more, they place ' +
    'guests into memory that is not there. gnt-cluster verify counts otherwise.',
  rules: ['MEM-02'],
  needs: ['ganeti', 'guests', 'memory'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { running, untold: silent } = guestsOf(setup);
      const asked = askHosts(setup, hostingNodes(setup), ({ memory, guests }, node) => {
        const available = memory.availableBytes ?? unknownBecause('free memory is not told');
        if (guests.guests.some((one) => silent.includes(`${one.instance} on ${node}`))) {
          return unknownBecause('the memory of a guest is not told');
        }
        const own = running.filter((one) => one.node === node);
        const unread = () => unknownBecause('the memory of a guest is not told');
        const held = own.reduce((sum, { given }) => sum + (given.memoryBytes ?? unread()), 0);
        return memory.totalBytes - available - held;
      });
      const greedy = asked.told
        .filter(({ value }) => value > NODE_SHARE_BYTES)
        .map(({ node, value }) => `${node} (${formatBytes(value)} at least)`);
      const share = formatBytes(NODE_SHARE_BYTES);
      const message = `used by the node itself: ${listed(greedy)}; htools leave it ${share}`;
      const remedy = 'see what uses it; give htools --static-kvm-node-memory with what is true';
      const faults = greedy.length === 0 ? [] : [warn(message, remedy)];
      const found = `no node is seen to use more than ${share} for itself`;
      return concluded(faults, found, { noun: 'memory', untold: asked.untold });
    }),
});

const hugepages = defineClusterCheck({
  id: 'memory.hugepages',
  title: 'Guests on huge pages find enough of them wherever they may go',
  why:
    'A guest with mem_path starts or arrives only where enough pages are free; Ganeti counts ' +
    'plain memory. gnt-cluster verify sees whether the path exists.',
  rules: ['MEM-05'],
  needs: ['ganeti', 'memory'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const all = settingsOf(setup, ['mem_path']);
      const everybody = all.some(
        ({ whose, params }) => /^(the cluster|OS )/.test(whose) && (params.mem_path ?? '') !== '',
      );
      const named = new Set(
        all.flatMap(({ whose, params }) => ((params.mem_path ?? '') === '' ? [] : [whose])),
      );
      const guests = setup.config.instances.filter(({ name }) => everybody || named.has(name));
      if (guests.length === 0) return [skip('no guest is on huge pages')];
      const untold: string[] = [];
      const faults = guests.flatMap((guest): ClusterJudgement[] => {
        const needs = guest.beparams.maxMemoryMiB * MIB;
        const targets = homesOf(setup, guest).filter((name) => name !== guest.primaryNode);
        const asked = askHosts(setup, targets, ({ memory }) =>
          Math.max(0, ...known(memory.hugepages).map(({ sizeBytes, free }) => sizeBytes * free)),
        );
        untold.push(...asked.untold);
        const short = asked.told
          .filter(({ value }) => value < needs)
          .map(({ node, value }) => `${node} (${formatBytes(value)})`);
        if (short.length === 0) return [];
        const size = formatBytes(needs);
        const message = `${guest.name} needs ${size} in free pages of ${listed(short)}`;
        const remedy = 'reserve more at boot: hugepages=N on the kernel command line';
        return [{ ...fail(message, remedy), subject: guest.name }];
      });
      const found = `${counted(guests.length, 'guest')} with pages wherever they may go`;
      return concluded(faults, found, { noun: 'huge pages', untold });
    }),
});

/** What the configuration promises of memory, against what the nodes have. */
export const memorySetupChecks: ClusterCheck[] = [promised, nodeShare, hugepages];
