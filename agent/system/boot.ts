import { type Host, ParseError } from '../host/host.ts';
import { exists, listOrNone } from '../listing.ts';
import { quote, textLines } from '../parse.ts';

/** The releases of the kernels that could be booted; without images, those that have modules. */
export async function installedKernels(host: Host): Promise<string[]> {
  const images = (await listOrNone(host, '/boot')).flatMap((name) => {
    const release = /^vmlinuz-(.+)$/.exec(name)?.[1];
    return release !== undefined && isRelease(release) ? [release] : [];
  });
  return images.length > 0 ? images : (await listOrNone(host, '/lib/modules')).filter(isRelease);
}

/** Not a rescue image, and not the copy that an update left behind. */
function isRelease(text: string): boolean {
  return /^[1-9]\d*\.\d+[\w.+~-]*$/.test(text) && !/\.(?:old|bak|dpkg-\w+)$/.test(text);
}

/** Whether an update left the note of Debian and Ubuntu that it needs a reboot. */
export function isRebootRequired(host: Host): Promise<boolean> {
  return exists(host, '/run/reboot-required');
}

/** The units that systemd counts as failed; null where systemd does not run the machine. */
export async function failedUnits(host: Host): Promise<string[] | null> {
  if (!(await exists(host, '/run/systemd/system'))) return null;
  const { stdout } = await host.run('systemctl', FAILED_UNITS, { timeoutMs: 5000 });
  return parseUnits(stdout);
}

/** The arguments of the one question to systemctl; its JSON is younger than Debian 11. */
const FAILED_UNITS = ['list-units', '--state=failed', '--plain', '--no-legend', '--no-pager'];

const UNIT =
  /^(\S+\.(?:service|socket|mount|automount|swap|timer|path|slice|scope|target|device))$/;

/** The names in `systemctl list-units --plain --no-legend`. */
export function parseUnits(text: string): string[] {
  const lines = textLines(text, 'systemctl').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [name = '', load, active] = line.trim().split(/\s+/);
    if (!UNIT.test(name) || load === undefined || active === undefined) {
      throw new ParseError(`systemctl: expected a unit and its state, found ${quote(line)}`);
    }
    return name;
  });
}
