import { z } from 'zod';
import type { SmartHealth } from '../../shared/facts/smart.ts';
import type { Reading } from '../../shared/reading.ts';
import { type Host, HostError } from '../host/host.ts';
import { parseJson } from '../json.ts';
import { reading } from '../probe.ts';

/** More than fit into one server, and enough processes at a time. */
const DISKS_MAX = 32;
/** A healthy disk answers in tenths of a second; one that retries must not hold the report. */
const DISK_TIMEOUT_MS = 5000;
const MAX_BYTES = 512 * 1024;
/** The exit status is a set of bits, each of which is an answer. */
const ANY_STATUS = Array.from({ length: 256 }, (_, code) => code);

/** What smartctl tells of the disks; null when it is not installed. No disk is woken for it. */
export async function smartOf(
  host: Host,
  disks: readonly string[],
): Promise<{ disk: string; health: Reading<SmartHealth> }[] | null> {
  const asked = disks.slice(0, DISKS_MAX);
  const told = await Promise.all(
    asked.map(async (disk) => ({ disk, health: await reading('smartctl', () => ask(host, disk)) })),
  );
  if (told.length > 0 && told.every(({ health }) => isAbsent(health))) return null;
  const [beyond] = disks.slice(DISKS_MAX);
  return beyond === undefined ? told : [...told, { disk: beyond, health: tooMany(disks.length) }];
}

/** Said once, of the first disk that was not asked. */
function tooMany(count: number): Reading<SmartHealth> {
  const message = `${count} disks; those beyond ${DISKS_MAX} are not asked`;
  return { status: 'failed', error: { kind: 'unsupported', message, source: 'smartctl' } };
}

function isAbsent(health: Reading<SmartHealth>): boolean {
  return health.status === 'failed' && health.error.kind === 'not_found';
}

async function ask(host: Host, disk: string): Promise<SmartHealth> {
  // sysfs writes the slash of names such as cciss/c0d0 as an exclamation mark
  const path = `/dev/${disk.replaceAll('!', '/')}`;
  const args = ['--json', '--all', '--nocheck=standby', path];
  const limits = { timeoutMs: DISK_TIMEOUT_MS, maxBytes: MAX_BYTES, okCodes: ANY_STATUS };
  const { stdout } = await host.run('smartctl', args, limits);
  return parseSmart(stdout, path);
}

/** Bits of the exit status, as smartctl(8) has them. */
const [USAGE, NOT_OPENED, FAILING, FAILED_NOW, FAILED_BEFORE, TEST_FAILED] = [1, 2, 8, 16, 32, 128];

const count = z.number().int().nonnegative();
const attributeSchema = z.object({
  id: z.number(),
  name: z.string(),
  when_failed: z.string().default(''),
  raw: z.object({ value: z.number().nonnegative() }),
});
const outputSchema = z.object({
  smartctl: z.object({
    exit_status: z.int().min(0).max(255),
    messages: z.array(z.object({ string: z.string() })).default([]),
  }),
  smart_support: z.object({ available: z.boolean() }).optional(),
  smart_status: z.object({ passed: z.boolean() }).optional(),
  ata_smart_attributes: z.object({ table: z.array(attributeSchema).default([]) }).optional(),
  nvme_smart_health_information_log: z
    .object({
      critical_warning: count,
      available_spare: count.optional(),
      available_spare_threshold: count.optional(),
      percentage_used: count.optional(),
      media_errors: count.optional(),
    })
    .optional(),
  scsi_grown_defect_list: count.optional(),
  scsi_percentage_used_endurance_indicator: count.optional(),
});
type Output = z.infer<typeof outputSchema>;

/** The answer of `smartctl --json --all` of one disk. */
export function parseSmart(text: string, path: string): SmartHealth {
  const what = `smartctl ${path}`;
  const answer = parseJson(text, outputSchema, what);
  const { smartctl, ...output } = answer;
  const said = smartctl.messages.map((message) => message.string).join('; ');
  const status = smartctl.exit_status;
  if (/\b(STANDBY|SLEEP)\b/.test(said)) return silent('asleep', said);
  if (isWithoutSmart(said, answer)) return silent('none', said || 'it lacks the capability');
  if ((status & (USAGE | NOT_OPENED)) !== 0) {
    const kind = /permission denied/i.test(said) ? 'denied' : 'other';
    throw new HostError(kind, what, `${what}: ${said || `exit status ${status}`}`);
  }
  return { ...told(output), ...decoded(status, output) };
}

/** Virtual disks have none, and those behind a RAID controller are asked by another name. */
function isWithoutSmart(said: string, output: Output): boolean {
  if (/Unable to detect device type|requires option|specify device type/i.test(said)) return true;
  if (output.smart_support?.available === false) return true;
  const status = output.smartctl.exit_status;
  const told = output.smart_status ?? output.nvme_smart_health_information_log;
  return told === undefined && (status & (USAGE | NOT_OPENED)) === 0;
}

const nothing: Omit<SmartHealth, 'state' | 'note'> = {
  passed: null,
  failedNow: [],
  failedBefore: [],
  selfTestFailed: false,
  reallocated: null,
  pending: null,
  uncorrectable: null,
  wearPercent: null,
  sparePercent: null,
  spareThresholdPercent: null,
  criticalWarning: null,
};

function silent(state: 'none' | 'asleep', note: string): SmartHealth {
  return { state, note: note.slice(0, 200), ...nothing };
}

/** The attributes that makers agree about, by their number in every ATA disk's table. */
const [REALLOCATED, PENDING, UNCORRECTABLE] = [5, 197, 198];

function told(output: Omit<Output, 'smartctl'>): SmartHealth {
  const table = output.ata_smart_attributes?.table ?? [];
  const raw = (id: number) => table.find((attribute) => attribute.id === id)?.raw.value ?? null;
  const nvme = output.nvme_smart_health_information_log;
  return {
    ...nothing,
    state: 'told',
    note: null,
    passed: output.smart_status?.passed ?? null,
    reallocated: raw(REALLOCATED) ?? output.scsi_grown_defect_list ?? null,
    pending: raw(PENDING),
    uncorrectable: raw(UNCORRECTABLE) ?? nvme?.media_errors ?? null,
    wearPercent: nvme?.percentage_used ?? output.scsi_percentage_used_endurance_indicator ?? null,
    sparePercent: nvme?.available_spare ?? null,
    spareThresholdPercent: nvme?.available_spare_threshold ?? null,
    criticalWarning: nvme?.critical_warning ?? null,
  };
}

type Decoded = Pick<SmartHealth, 'passed' | 'failedNow' | 'failedBefore' | 'selfTestFailed'>;

/** What the bits of the exit status add; they also stand where the JSON lacks the table. */
function decoded(status: number, output: Omit<Output, 'smartctl'>): Decoded {
  const table = output.ata_smart_attributes?.table ?? [];
  const named = (when: string, bit: number) => {
    const names = table.filter((one) => one.when_failed === when).map((one) => one.name);
    return names.length === 0 && (status & bit) !== 0 ? ['an attribute'] : names;
  };
  return {
    passed: (status & FAILING) === 0 ? (output.smart_status?.passed ?? null) : false,
    failedNow: named('now', FAILED_NOW),
    failedBefore: named('past', FAILED_BEFORE),
    selfTestFailed: (status & TEST_FAILED) !== 0,
  };
}
