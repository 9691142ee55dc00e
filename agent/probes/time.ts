import { firstAnswer, orNull } from '../attempts.ts';
import { type Host, ParseError } from '../host/host.ts';
import { quote } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** Whether the clock follows a reference, and who says so. */
export const timeProbe: Probe<'time'> = {
  section: 'time',
  timeoutMs: 20_000,
  async collect(host) {
    const timezone = await timezoneOf(host);
    const clocksource = await orNull(async () => (await host.read(CLOCKSOURCE)).trim());
    const answer = await reading('chronyc -n -c tracking', () => clockAnswer(host));
    if (answer.status === 'failed') {
      return { synchronised: answer, source: null, offsetMs: null, timezone, clocksource };
    }
    const { synchronised, source, offsetMs } = answer.value;
    const value = { status: 'ok' as const, value: synchronised };
    return { synchronised: value, source, offsetMs, timezone, clocksource };
  },
};

const CLOCKSOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';
const ASK_TIMEOUT_MS = 4_000;

/** What one source says; only a source that answers can say "not synchronised". */
export interface ClockAnswer {
  synchronised: boolean;
  source: string;
  offsetMs: number | null;
}

function clockAnswer(host: Host): Promise<ClockAnswer> {
  const ask = async (command: string, args: string[]) =>
    (await host.run(command, args, { timeoutMs: ASK_TIMEOUT_MS })).stdout;
  return firstAnswer([
    async () => parseChronyTracking(await ask('chronyc', CHRONY_ARGS)),
    async () => parseTimedatectl(await ask('timedatectl', ['show'])),
    async () => timesyncdAnswer(await host.list('/run/systemd/timesync')),
    async () => parseNtpq(await ask('ntpq', ['-n', '-c', 'rv'])),
    // asked once more, as its failure is an answer when nobody else keeps the clock
    async () => {
      const options = { timeoutMs: ASK_TIMEOUT_MS, okCodes: [0, 1] };
      return parseChronySilence((await host.run('chronyc', CHRONY_ARGS, options)).stdout);
    },
  ]);
}

const CHRONY_ARGS = ['-n', '-c', 'tracking'];

/** What chronyc prints while its daemon is down: chrony is there and keeps no time. */
export function parseChronySilence(text: string): ClockAnswer {
  if (!/^506 Cannot talk to daemon$/m.test(text)) {
    throw new ParseError(`chronyc does not say that its daemon is down: ${quote(text)}`);
  }
  return { synchronised: false, source: 'chrony', offsetMs: null };
}

/** Fields of `chronyc -c tracking`, in the order of its text form; chronyc prints all fourteen. */
const CHRONY_FIELDS = 14;
/** The reference id of chrony's "local" mode: it follows nothing but its own clock. */
const CHRONY_LOCAL = '7F7F0101';
const CHRONY_LEAPS = ['Normal', 'Insert second', 'Delete second', 'Not synchronised'];

/** The line of `chronyc -n -c tracking`. */
export function parseChronyTracking(text: string): ClockAnswer {
  const fields = text.trim().split(',');
  const [reference = '', , , , systemTime = ''] = fields;
  const leap = fields[CHRONY_FIELDS - 1] ?? '';
  const correction = numberOf(systemTime);
  const whole = fields.length === CHRONY_FIELDS && /^[0-9A-F]{8}$/.test(reference);
  if (!whole || correction === null || !CHRONY_LEAPS.includes(leap)) {
    throw new ParseError(`not a line of chronyc tracking: ${quote(text)}`);
  }
  const synchronised = leap !== 'Not synchronised' && reference !== CHRONY_LOCAL;
  // chrony gives the correction still to be made: positive when the clock is slow
  return {
    synchronised,
    source: 'chrony',
    offsetMs: synchronised ? behind(correction, 1000) : null,
  };
}

/** The lines `KEY=value` of `timedatectl show`. */
export function parseTimedatectl(text: string): ClockAnswer {
  const value = /^NTPSynchronized=(yes|no)$/m.exec(text)?.[1];
  if (value === undefined) throw new ParseError('timedatectl show has no NTPSynchronized=yes|no');
  return { synchronised: value === 'yes', source: 'timedatectl', offsetMs: null };
}

/** systemd-timesyncd keeps the folder while it runs, and puts the file there once in step. */
function timesyncdAnswer(names: readonly string[]): ClockAnswer {
  const synchronised = names.includes('synchronized');
  return { synchronised, source: 'systemd-timesyncd', offsetMs: null };
}

/** The system variables of `ntpq -c rv`; the first line says what kind of source ntpd follows. */
export function parseNtpq(text: string): ClockAnswer {
  const leap = /\bleap_(none|add_sec|del_sec|alarm)\b/.exec(text)?.[1];
  const sync = /\bsync_([a-z_]+)\b/.exec(text)?.[1];
  if (leap === undefined || sync === undefined) {
    throw new ParseError('ntpq -c rv says neither leap_… nor sync_…');
  }
  const synchronised = leap !== 'alarm' && sync !== 'unspec';
  const offset = numberOf(/\boffset=([^,\s]+)/.exec(text)?.[1] ?? '');
  // ntpd gives how far the reference is ahead of the clock, in milliseconds
  const offsetMs = synchronised && offset !== null ? behind(offset, 1) : null;
  return { synchronised, source: 'ntpd', offsetMs };
}

/** How far the reference is ahead, turned into clock minus reference, to the nanosecond. */
function behind(ahead: number, toMs: number): number {
  return Number((0 - ahead * toMs).toFixed(6));
}

function numberOf(text: string): number | null {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

/** The link that libc follows comes before Debian's own note of it, which newer systems lack. */
async function timezoneOf(host: Host): Promise<string | null> {
  const target = await orNull(() => host.link('/etc/localtime'));
  const zone = /\/zoneinfo\/(.+)$/.exec(target ?? '')?.[1];
  const noted = zone ?? (await orNull(() => host.read('/etc/timezone')))?.trim();
  return noted || null;
}
