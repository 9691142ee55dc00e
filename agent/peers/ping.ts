import { parseIp } from '../../shared/ip.ts';
import { type Host, ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';

/** Ends by itself after a second; this is for a ping that does not. */
const PING_TIMEOUT_MS = 3_000;

/** Exit code of ping when no answer came, which a packet too large for its own link is too. */
const NO_ANSWER = 1;

/** The header of IP and the 8 bytes of ICMP, which count in a packet and not in ping's size. */
const HEADERS = { 4: 20 + 8, 6: 40 + 8 };

/** Three, as the first also waits for the peer's hardware address. */
const TIMED = ['-c', '3', '-i', '0.2', '-W', '1'];

/** From which address to which. */
interface Between {
  source: string;
  address: string;
}

/** The least time that a small ping took there and back, timed by the kernel; null: none came. */
export async function pingTime(host: Host, { source, address }: Between): Promise<number | null> {
  const options = { timeoutMs: PING_TIMEOUT_MS, okCodes: [NO_ANSWER] };
  const args = ['-n', '-q', ...TIMED, '-I', source, address];
  const { code, stdout } = await host.run('ping', args, options);
  return code === NO_ANSWER ? null : parsePingTime(stdout);
}

/** The least round trip of `ping -q`, in milliseconds. */
export function parsePingTime(text: string): number {
  const line = textLines(text, 'ping').find((one) => /^(rtt|round-trip) /.test(one)) ?? '';
  const match = /^[a-z-]+ min\/avg\/max(?:\/mdev)? = (\d{1,7}\.\d+)\/[\d./]+ ms/.exec(line);
  if (match === null) throw new ParseError(`ping: no round trip time in ${quote(text.trim())}`);
  return Number(match[1]);
}

/** Whether one ping in a packet of `sizeBytes` that nobody may fragment comes back in a second. */
export async function pingWhole(
  host: Host,
  { source, address }: Between,
  sizeBytes: number,
): Promise<boolean> {
  const payload = sizeBytes - HEADERS[parseIp(address)?.family ?? 4];
  const size = ['-M', 'do', '-s', String(payload)];
  const args = ['-n', '-q', ...size, '-c', '1', '-W', '1', '-I', source, address];
  const options = { timeoutMs: PING_TIMEOUT_MS, okCodes: [NO_ANSWER] };
  return (await host.run('ping', args, options)).code === 0;
}
