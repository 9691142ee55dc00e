// before the library, whose parts find each other by it
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A private key and its public half. */
export type KeyPair = webcrypto.CryptoKeyPair;

/** What a certificate says and who says it; keys are of `newKeyPair`. */
export interface CertificateRequest {
  /** common name of whom it is for */
  subject: string;
  publicKey: webcrypto.CryptoKey;
  issuer: { name: string } & KeyPair;
  notBefore: Date;
  notAfter: Date;
  /** a CA that signs only end certificates, or a server with these names and addresses */
  role: 'ca' | { names: readonly string[]; addresses: readonly string[] };
}

/** What every TLS client of today takes, and small. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A key of its own each time. */
export async function newKeyPair(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** An X.509 certificate of version 3 (RFC 5280) with a random serial number, as PEM. */
export async function certificate(request: CertificateRequest): Promise<string> {
  const { subject, publicKey, issuer, notBefore, notAfter } = request;
  const made = await X509CertificateGenerator.create(
    {
      subject: [{ CN: [subject] }],
      issuer: [{ CN: [issuer.name] }],
      ...{ notBefore, notAfter, publicKey },
      signingKey: issuer.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        ...roleExtensions(request.role),
        await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return `${made.toString('pem')}\n`;
}

const CRITICAL = true;

function roleExtensions(role: CertificateRequest['role']): Extension[] {
  if (role === 'ca') {
    return [
      new BasicConstraintsExtension(true, 0, CRITICAL),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, CRITICAL),
    ];
  }
  const names = role.names.map((value) => ({ type: 'dns' as const, value }));
  const addresses = role.addresses.map((value) => ({ type: 'ip' as const, value }));
  return [
    new BasicConstraintsExtension(false, undefined, CRITICAL),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, CRITICAL),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([...names, ...addresses]),
  ];
}
