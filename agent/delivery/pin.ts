import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect, type DetailedPeerCertificate } from 'node:tls';

type Created = (error: Error | null, socket?: ReturnType<typeof connect>) => void;

/**
 * Makes the sockets of an agent whose collector is known by a fingerprint: of its own certificate,
 * or of a CA certificate that it sends along. The request gets its socket, and so the socket its
 * first byte, only after the comparison.
 */
export function pinned(fingerprint: string, timeoutMs: number) {
  return (options: ConnectionOptions, created: Created): void => {
    open({ ...options, rejectUnauthorized: false }, timeoutMs, (error, socket) => {
      if (error !== null || socket === undefined) return created(error);
      const chain = chainOf(socket.getPeerCertificate(true));
      const found = chain.findIndex((one) => digestOf(one) === fingerprint);
      // of the collector's own certificate the handshake has proven the key: nothing else counts
      if (found === 0) return created(null, socket);
      socket.destroy();
      const [own] = chain;
      const authority = chain[found];
      if (authority !== undefined) {
        // OpenSSL is the one to say whether the CA vouches for the rest, for this name, today
        return open({ ...options, ca: authority.toString() }, timeoutMs, created);
      }
      const shown = own === undefined ? 'none' : `sha256:${digestOf(own)}`;
      created(new Error(`its certificate is ${shown}, not of the pinned sha256:${fingerprint}`));
    });
  };
}

function open(options: ConnectionOptions, timeoutMs: number, created: Created): void {
  const socket = connect(options);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timed out')));
  socket.once('error', created);
  socket.once('secureConnect', () => {
    socket.off('error', created);
    socket.setTimeout(0);
    created(null, socket);
  });
}

/** The certificates as the collector sent them, its own first. */
function chainOf(own: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at: DetailedPeerCertificate | undefined = own;
  // a self-signed one is its own issuer, and nobody needs more
  while (at?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(new X509Certificate(at.raw));
    at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
  }
  return chain;
}

const MAX_CHAIN = 8;

function digestOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}
