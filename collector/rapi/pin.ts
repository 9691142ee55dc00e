import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect } from 'node:tls';

type Created = (error: Error | null, socket?: ReturnType<typeof connect>) => void;

/**
 * Makes the socket of a request to a server that is known by the fingerprint of its certificate,
 * as Ganeti's own names no host and has no CA. The request gets it, and so the socket its first
 * byte, only after the comparison.
 */
export function pinned(fingerprint: string, timeoutMs: number) {
  return (options: ConnectionOptions, created: Created): void => {
    const socket = connect({ ...options, rejectUnauthorized: false });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('timed out')));
    socket.once('error', created);
    socket.once('secureConnect', () => {
      // of the server's own certificate the handshake has proven the key: nothing else counts
      const { raw } = socket.getPeerCertificate();
      const shown = raw === undefined ? 'none' : digestOf(raw);
      if (shown !== fingerprint) {
        const found = `its certificate is sha256:${shown}`;
        socket.destroy(new Error(`${found}, not the pinned sha256:${fingerprint}`));
        return;
      }
      socket.off('error', created);
      socket.setTimeout(0);
      created(null, socket);
    });
  };
}

function digestOf(raw: Buffer): string {
  return new X509Certificate(raw).fingerprint256.replaceAll(':', '').toLowerCase();
}
