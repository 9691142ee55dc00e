import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import { parseIp } from '../../shared/ip.ts';
import { bits, context, der, instant, objectId, pem, unsigned } from './der.ts';

/** What a certificate says and who says it; keys are of the curve P-256. */
export interface CertificateRequest {
  /** common name of whom it is for */
  subject: string;
  publicKey: KeyObject;
  issuer: { name: string; publicKey: KeyObject; privateKey: KeyObject };
  notBefore: Date;
  notAfter: Date;
  /** a CA that signs only end certificates, or a server with these names and addresses */
  role: 'ca' | { names: readonly string[]; addresses: readonly string[] };
}

/** 128 bits: nobody can guess it, and no two are the same. */
const SERIAL_BYTES = 16;

/** An X.509 certificate of version 3 (RFC 5280), signed with ECDSA and SHA-256, as PEM. */
export function certificate(request: CertificateRequest): string {
  const { issuer } = request;
  const algorithm = der('sequence', objectId('1.2.840.10045.4.3.2'));
  const content = der(
    'sequence',
    context(0, 'built', unsigned(Buffer.from([2]))),
    unsigned(randomBytes(SERIAL_BYTES)),
    algorithm,
    nameOf(issuer.name),
    der('sequence', instant(request.notBefore), instant(request.notAfter)),
    nameOf(request.subject),
    spki(request.publicKey),
    context(3, 'built', der('sequence', ...extensions(request))),
  );
  const signature = sign('sha256', content, issuer.privateKey);
  return pem('CERTIFICATE', der('sequence', content, algorithm, bits(signature)));
}

function extensions({ publicKey, issuer, role }: CertificateRequest): Buffer[] {
  const identifiers = [
    extension('2.5.29.14', 'plain', der('octetString', keyIdentifier(publicKey))),
    extension(
      '2.5.29.35',
      'plain',
      der('sequence', context(0, 'plain', keyIdentifier(issuer.publicKey))),
    ),
  ];
  if (role === 'ca') {
    return [
      extension('2.5.29.19', 'critical', der('sequence', TRUE, unsigned(Buffer.from([0])))),
      // keyCertSign and cRLSign: bits 5 and 6
      extension('2.5.29.15', 'critical', bits(Buffer.from([0b0000_0110]), 1)),
      ...identifiers,
    ];
  }
  const serverAuthentication = objectId('1.3.6.1.5.5.7.3.1');
  return [
    extension('2.5.29.19', 'critical', der('sequence')),
    // digitalSignature: bit 0
    extension('2.5.29.15', 'critical', bits(Buffer.from([0b1000_0000]), 7)),
    extension('2.5.29.37', 'plain', der('sequence', serverAuthentication)),
    extension('2.5.29.17', 'plain', alternativeNames(role)),
    ...identifiers,
  ];
}

function alternativeNames(role: { names: readonly string[]; addresses: readonly string[] }) {
  return der(
    'sequence',
    ...role.names.map((name) => context(2, 'plain', Buffer.from(name, 'latin1'))),
    ...role.addresses.map((address) => context(7, 'plain', addressBytes(address))),
  );
}

const TRUE = der('boolean', Buffer.from([0xff]));

function extension(id: string, weight: 'critical' | 'plain', value: Buffer): Buffer {
  const critical = weight === 'critical' ? [TRUE] : [];
  return der('sequence', objectId(id), ...critical, der('octetString', value));
}

function nameOf(commonName: string): Buffer {
  const text = der('utf8String', Buffer.from(commonName, 'utf8'));
  return der('sequence', der('set', der('sequence', objectId('2.5.4.3'), text)));
}

function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** The first of the two ways of RFC 7093: 160 bits of SHA-256 over the key itself. */
function keyIdentifier(key: KeyObject): Buffer {
  // For P-256 the point stands at the end: 4, x, y.
  const point = spki(key).subarray(-65);
  return createHash('sha256').update(point).digest().subarray(0, 20);
}

function addressBytes(address: string): Buffer {
  const ip = parseIp(address);
  if (ip === null) throw new Error(`${address} is no address`);
  const digits = ip.value.toString(16).padStart(ip.family === 4 ? 8 : 32, '0');
  return Buffer.from(digits, 'hex');
}
