import { known } from '../../../shared/evidence.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, defineClusterCheck } from '../cluster-check.ts';
import { guestsOf } from './running.ts';
import { concluded, ofSetup, type Setup, settingsOf } from './setup.ts';

const IMAGES = ['cdrom_image_path', 'cdrom2_image_path', 'floppy_image_path'];
const KERNELS = ['kernel_path', 'initrd_path'];
const OTHERS = ['vnc_x509_path', 'vnc_password_file', 'spice_password_file'];

const files = defineClusterCheck({
  id: 'qemu.files',
  title: 'The files that guests start with are on every node',
  why:
    'A guest does not start on, and does not move to, a node that lacks its ISO or kernel. Only ' +
    'gnt-cluster verify looks on all nodes (ENODEHV), and only when it is run.',
  rules: ['QEMU-09', 'QEMU-10'],
  needs: ['ganeti'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const paths = pathsOf(setup, [...IMAGES, ...KERNELS, ...OTHERS]);
      if (paths.length === 0)
        return [pass('no parameter names a file: guests boot from their disks')];
      const named = `files named: ${listed(paths)}`;
      const remedy =
        'copy the file to every node (gnt-cluster copyfile), or clear it: -H kernel_path= …';
      const [master] = [...setup.hosts.values()].flatMap(({ ganeti }) => {
        const member = known(ganeti.membership);
        return member?.master ? [member.master] : [];
      });
      const verify = master === undefined ? null : known(master.lastVerify);
      if (verify === null || verify.endedAt === null) {
        return [unknown(`${named}; no gnt-cluster verify has looked for them`, remedy)];
      }
      const missing = verify.findings.filter(({ code }) => code === 'ENODEHV');
      const when = `the verify of ${verify.endedAt}`;
      if (missing.length === 0 && verify.findings.some(({ code }) => code === null)) {
        return [unknown(`${named}; ${when} ran without --error-codes`, remedy)];
      }
      if (missing.length === 0) return [pass(`${named}; found on every node by ${when}`)];
      const reports = listed(
        missing.map(({ name, message }) => `${name ?? 'the cluster'}: ${message}`),
      );
      return [fail(`${named}; ${when} reports ${reports}`, remedy)];
    }),
});

function pathsOf(setup: Setup<unknown>, names: readonly string[]): string[] {
  const found = settingsOf(setup, names).flatMap(({ whose, params }) =>
    names.flatMap((name) => {
      const value = params[name] ?? '';
      // an image over a network is on no node
      return value.startsWith('/') ? [`${name} ${value} of ${whose}`] : [];
    }),
  );
  return [...new Set(found)];
}

const media = defineClusterCheck({
  id: 'guests.media',
  title: 'No running guest has an ISO or floppy image attached',
  why:
    'An image left from the installation keeps the guest from starting or moving once the file ' +
    'is gone from one node. gnt-cluster verify tells only when it is gone already.',
  rules: ['QEMU-11'],
  needs: ['ganeti', 'guests'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { running, untold } = guestsOf(setup);
      const attached = running.flatMap(({ name, given }) =>
        given.drives
          .filter(({ kind, path, protocol }) => kind !== 'disk' && (path ?? protocol) !== null)
          .map(({ path, protocol }) => `${name} (runs with ${path ?? `one over ${protocol}`})`),
      );
      const up = new Set(running.map(({ name }) => name));
      const configured = settingsOf(setup, IMAGES)
        .filter(({ whose }) => whose === 'the cluster' || up.has(whose) || whose.startsWith('OS '))
        .flatMap(({ whose, params }) =>
          IMAGES.filter((name) => (params[name] ?? '') !== '').map(
            (name) => `${whose} (${name} is ${params[name]})`,
          ),
        );
      const all = [...new Set([...configured, ...attached])];
      const message = `images attached: ${listed(all)}; expected none once it is installed`;
      const remedy = 'gnt-instance modify -H cdrom_image_path= NAME, then stop and start it';
      const faults = all.length === 0 ? [] : [warn(message, remedy)];
      const found = `${counted(running.length, 'running guest')}, none with an image`;
      if (all.length === 0 && running.length === 0 && untold.length === 0) {
        return [skip('no guest runs')];
      }
      return concluded(faults, found, { noun: 'drives', untold });
    }),
});

/** What guests are started from. */
export const fileSetupChecks: ClusterCheck[] = [files, media];
