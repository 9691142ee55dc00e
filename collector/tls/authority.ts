import { createHash, KeyObject, X509Certificate } from 'node:crypto';
import { parseIp } from '../../shared/ip.ts';
import { certificate, type KeyPair, newKeyPair } from './certificate.ts';

/** A private CA and a server that it vouches for, all as PEM. */
export interface Authority {
  caCertificate: string;
  caKey: string;
  serverCertificate: string;
  serverKey: string;
  /** SHA-256 of the CA's certificate, hex: what a person compares */
  fingerprint: string;
}

const DAY_MS = 24 * 3_600_000;
/** A CA is not renewed without a visit to every node. */
const CA_VALID_MS = 3653 * DAY_MS;
/** The most that clients still accept (CA/Browser Forum, ballot SC31: 398 days). */
const SERVER_VALID_MS = 397 * DAY_MS;
/** Clocks of nodes may be behind ours. */
const BACKDATED_MS = DAY_MS;

/** Makes a CA of its own and one server certificate for these names and addresses. */
export async function newAuthority(hosts: readonly string[], now: Date): Promise<Authority> {
  const ca = await newKeyPair();
  const server = await newKeyPair();
  const addresses = hosts.filter((host) => parseIp(host) !== null);
  const names = hosts.filter((host) => parseIp(host) === null);
  // Two CAs of one name confuse whoever has to choose by it.
  const caName = `Muster CA ${now.toISOString().slice(0, 10)} ${keyWord(ca)}`;
  const issuer = { name: caName, ...ca };
  const notBefore = new Date(now.getTime() - BACKDATED_MS);
  const until = (validMs: number) => new Date(now.getTime() + validMs);
  const caCertificate = await certificate({
    ...{ subject: caName, publicKey: ca.publicKey, issuer, notBefore, role: 'ca' },
    notAfter: until(CA_VALID_MS),
  });
  const serverCertificate = await certificate({
    ...{ subject: 'Muster collector', publicKey: server.publicKey, issuer, notBefore },
    notAfter: until(SERVER_VALID_MS),
    role: { names, addresses },
  });
  return {
    caCertificate,
    caKey: privatePem(ca),
    serverCertificate,
    serverKey: privatePem(server),
    fingerprint: createHash('sha256').update(new X509Certificate(caCertificate).raw).digest('hex'),
  };
}

function privatePem({ privateKey }: KeyPair): string {
  return KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
}

function keyWord({ publicKey }: KeyPair): string {
  const bytes = KeyObject.from(publicKey).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(bytes).digest('hex').slice(0, 8);
}
