import { z } from 'zod';
import type { LvmFacts } from '../../shared/facts/lvm.ts';
import { allInOrder } from '../attempts.ts';
import { type Host, HostError, ParseError, type RunResult } from '../host/host.ts';
import { parseJson } from '../json.ts';
import type { Probe } from '../probe.ts';

/** Volume groups, physical and logical volumes as LVM reports them, read without any lock. */
export const lvmProbe: Probe<'lvm'> = {
  section: 'lvm',
  timeoutMs: 20_000,
  needsRoot: 'volume groups and volumes',
  async collect(host) {
    const [vgs, pvs, lvs] = await allInOrder([
      report(host, 'vgs', ['-o', VG_COLUMNS]),
      // -a, as only then an unused duplicate of a PV is listed
      report(host, 'pvs', ['-a', '-o', PV_COLUMNS]),
      report(host, 'lvs', ['-o', LV_COLUMNS]),
    ]);
    return {
      volumeGroups: parseVolumeGroups(vgs),
      physicalVolumes: parsePhysicalVolumes(pvs),
      logicalVolumes: parseLogicalVolumes(lvs),
    };
  },
};

const VG_COLUMNS = 'vg_name,vg_size,vg_free,vg_extent_size,pv_count,lv_count,vg_attr';
const PV_COLUMNS = 'pv_name,vg_name,pv_fmt,pv_size,pv_free,pv_attr,pv_duplicate';
const LV_COLUMNS = 'lv_name,vg_name,lv_size,lv_attr,data_percent,lv_tags';

/**
 * Without locks and hints LVM opens no file for writing (else it writes below /run), and waits for
 * nobody. `--readonly` is not used: it does not ask device-mapper, and so hides which volumes are
 * active and how full a thin pool is.
 */
const READ_ONLY = ['--nolocking', '--nohints'];
const FORMAT = ['--reportformat', 'json', '--units', 'b', '--nosuffix'];
/** A node with thousands of volumes: some 200 bytes for each. */
const MAX_REPORT_BYTES = 8 * 1024 * 1024;

async function report(
  host: Host,
  command: 'vgs' | 'pvs' | 'lvs',
  columns: string[],
): Promise<string> {
  const args = [...READ_ONLY, ...FORMAT, ...columns];
  const result = await host.run(command, args, { timeoutMs: 15_000, maxBytes: MAX_REPORT_BYTES });
  return privileged(command, result).stdout;
}

/** Unprivileged, LVM opens no disk and reports "no volume" with exit code 0. */
function privileged(command: string, result: RunResult): RunResult {
  if (result.stderr.includes('Running as a non-root user')) {
    throw new HostError('denied', command, {
      message: `${command} sees volumes only when run as root`,
      result,
    });
  }
  return result;
}

const bytes = z.string().transform((text, context) => {
  const value = /^\d+B?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  context.addIssue({ code: 'custom', message: `"${text.slice(0, 40)}" is not a number of bytes` });
  return z.NEVER;
});
const percent = z.union([
  z.literal('').transform(() => null),
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
]);
const count = z.string().regex(/^\d+$/).transform(Number);

const vgRow = z.object({
  vg_name: z.string().min(1),
  vg_size: bytes,
  vg_free: bytes,
  vg_extent_size: bytes,
  pv_count: count,
  lv_count: count,
  vg_attr: z.string().min(6),
});

/** The volume groups of `vgs --reportformat json` in bytes, whatever other columns it has. */
export function parseVolumeGroups(text: string): LvmFacts['volumeGroups'] {
  return rowsOf(text, 'vg', vgRow).map((row) => ({
    name: row.vg_name,
    sizeBytes: row.vg_size,
    freeBytes: row.vg_free,
    extentBytes: row.vg_extent_size,
    pvCount: row.pv_count,
    lvCount: row.lv_count,
    attributes: row.vg_attr,
    resizeable: row.vg_attr[1] === 'z',
    exported: row.vg_attr[2] === 'x',
    partial: row.vg_attr[3] === 'p',
  }));
}

const pvRow = z.object({
  pv_name: z.string().min(1),
  vg_name: z.string(),
  pv_fmt: z.string(),
  pv_size: bytes,
  pv_free: bytes,
  pv_attr: z.string().min(3),
  pv_duplicate: z.string().default(''),
});

/** The physical volumes of `pvs --reportformat json`; devices that are none are left out. */
export function parsePhysicalVolumes(text: string): LvmFacts['physicalVolumes'] {
  return rowsOf(text, 'pv', pvRow)
    .filter((row) => row.pv_fmt !== '')
    .map((row) => ({
      name: row.pv_name,
      vg: row.vg_name === '' ? null : row.vg_name,
      sizeBytes: row.pv_size,
      freeBytes: row.pv_free,
      attributes: row.pv_attr,
      missing: row.pv_attr[2] === 'm',
      duplicate: row.pv_attr[0] === 'd' || row.pv_duplicate !== '',
    }));
}

const lvRow = z.object({
  lv_name: z.string().min(1),
  vg_name: z.string().min(1),
  lv_size: bytes,
  lv_attr: z.string().min(6),
  data_percent: percent.default(null),
  lv_tags: z.string().default(''),
});

/** The logical volumes of `lvs --reportformat json`. */
export function parseLogicalVolumes(text: string): LvmFacts['logicalVolumes'] {
  return rowsOf(text, 'lv', lvRow).map((row) => ({
    name: row.lv_name,
    vg: row.vg_name,
    sizeBytes: row.lv_size,
    attributes: row.lv_attr,
    poolDataPercent: row.data_percent,
    tags: row.lv_tags === '' ? [] : row.lv_tags.split(','),
  }));
}

function rowsOf<T extends z.ZodType>(text: string, kind: 'vg' | 'pv' | 'lv', row: T) {
  const shape = z.object({ report: z.array(z.object({ [kind]: z.array(row) })).length(1) });
  const [only] = parseJson(text, shape, `the ${kind} report of LVM`).report;
  const rows = only?.[kind];
  if (rows === undefined) throw new ParseError(`the report of LVM has no "${kind}"`);
  return rows;
}
