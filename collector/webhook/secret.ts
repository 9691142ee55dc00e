/** The keys that deliveries are signed with; while one is replaced by another, both. */
export type Secrets = readonly Buffer[];

/** The bounds of the standard (standardwebhooks.com, 1.0.0): 192 to 512 bits. */
const BYTES_MIN = 24;
const BYTES_MAX = 64;
/** The one of now, and the one that is to follow. */
const SECRETS_MAX = 2;

/** The keys in a text of `whsec_…`, one a line; an error names the line and never the secret. */
export function parseSecrets(text: string): Secrets {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error('it holds no secret');
  if (lines.length > SECRETS_MAX) throw new Error(`at most ${SECRETS_MAX} secrets, a line each`);
  return lines.map((line, index) => {
    const base64 = /^whsec_(.+)$/.exec(line)?.[1];
    const bytes = Buffer.from(base64 ?? '', 'base64');
    // Node reads past what is no base64, and past what is left over at its end.
    if (bytes.toString('base64') !== base64) {
      throw new Error(`secret ${index + 1} is not "whsec_" and base64 after it`);
    }
    if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
      throw new Error(
        `secret ${index + 1} has ${bytes.length} bytes; ${BYTES_MIN} to ${BYTES_MAX} are expected`,
      );
    }
    return bytes;
  });
}
