import { spawn } from 'node:child_process';

/** Tells systemd of a change, such as `READY=1`; to be awaited where the order matters. */
export type Notify = (state: string) => Promise<void>;

/** What systemd says to a unit of `Type=notify`, in its environment. */
export interface NotifyEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
}

/**
 * How systemd is told. Node has no datagram socket of the file system, so systemd's own program
 * sends for us; it waits until systemd has read, so that nothing is lost when we end. Started by
 * anything else than a unit of `Type=notify` there is nobody to tell, and nothing is done.
 */
export function notifyOf(
  { NOTIFY_SOCKET: socket }: NotifyEnvironment,
  onError: (error: unknown) => void,
): Notify {
  if (socket === undefined || socket === '') return async () => undefined;
  return (state) => send(socket, state).catch(onError);
}

/** What the watchdog is fed with. */
export interface Feeding {
  environment: NotifyEnvironment;
  pid: number;
  notify: Notify;
  /** rejects when the store does not answer: then systemd hears nothing, and starts us anew */
  ping(): Promise<void>;
  onError(error: unknown): void;
}

/**
 * Feeds the watchdog that systemd set for this process, twice in each of its periods, as long as
 * the store answers; the returned function ends it.
 */
export function feedWatchdog({ environment, pid, notify, ping, onError }: Feeding): () => void {
  const periodMs = watchdogMs(environment, pid);
  if (periodMs === null) return () => undefined;
  let feeding = false;
  const timer = setInterval(() => {
    // A store that hangs must not pile up questions.
    if (feeding) return;
    feeding = true;
    void ping()
      .then(() => notify('WATCHDOG=1'))
      .catch(onError)
      .finally(() => {
        feeding = false;
      });
  }, periodMs / 2);
  return () => clearInterval(timer);
}

/** The period of the watchdog in milliseconds; null when none is set, or it is another's. */
export function watchdogMs(environment: NotifyEnvironment, pid: number): number | null {
  const { WATCHDOG_USEC: period, WATCHDOG_PID: watched } = environment;
  if (period === undefined || !/^[1-9]\d{0,14}$/.test(period)) return null;
  if (watched !== undefined && watched !== String(pid)) return null;
  return Number(period) / 1000;
}

const PROGRAM = '/usr/bin/systemd-notify';
/** systemd answers at once; a watchdog that waits longer than this is not fed this time. */
const SEND_LIMIT_MS = 5_000;

function send(socket: string, state: string): Promise<void> {
  const child = spawn(PROGRAM, [state], {
    cwd: '/',
    env: { NOTIFY_SOCKET: socket, LC_ALL: 'C' },
    shell: false,
    stdio: 'ignore',
    timeout: SEND_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new Error(`${PROGRAM} cannot be started`, { cause })));
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${PROGRAM} ${state} ended with ${code ?? signal}`));
    });
  });
}
