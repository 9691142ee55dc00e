/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/**
 * The last line of defence before a report leaves: no string in it looks like a private key or like
 * the value of a password, wherever a probe may have picked it up. Probes leave secrets out in the
 * first place; what is found here is counted, so that it does not go unseen.
 */
export function redacted<T>(value: T): { value: T; count: number } {
  let count = 0;
  const clean = (text: string): string => {
    // nearly all strings are short and plain: they are let through by one look
    if (!HINT.test(text)) return text;
    return PATTERNS.reduce(
      (left, pattern) =>
        left.replaceAll(pattern, (_match: string, before: string) => {
          count += 1;
          return `${before}${REDACTED}`;
        }),
      text,
    );
  };
  // the shape stays: only strings that are values change, and into strings
  const walked = walk(value, (text, key) => {
    if (text === '' || !SECRET_KEY.test(key)) return clean(text);
    count += 1;
    return REDACTED;
  });
  return { value: walked as T, count };
}

/** Names whose value is a secret, as they stand in command lines, key files and configurations. */
const NAMES = [
  ...['password', 'passphrase', 'secret', 'private-key', 'psk', 'wep-key[0-3]'],
  ...['api-?key', 'access-token', 'auth-token', 'session-key'],
]
  .map((name) => name.replaceAll('-', '[-_]?'))
  .join('|');

/** Names that also stand before what is no secret: "passwd: files", "unexpected token: }". */
const UNSURE = 'passwd|token|pwd';

const HINT = new RegExp(`-----BEGIN|://|${NAMES}|${UNSURE}`, 'i');

/** What a name may begin with, as in wifi-security.psk or --vnc-password; bounded, as text is. */
const BEFORE = '(?<![A-Za-z0-9/])(?:[A-Za-z0-9]{1,40}[-_.]){0,5}';

/** A word, or a quoted text with its blanks; not what another pattern has taken out already. */
const VALUE = `(?!\\[redacted\\])(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"',;}\\]]+)`;

const KEY_KIND = '[A-Z0-9 ]{0,40}PRIVATE KEY';

const PATTERNS = [
  // to the end of the block, or of the text when that was cut off
  new RegExp(`()-----BEGIN ${KEY_KIND}-----[\\s\\S]*?(?:-----END ${KEY_KIND}-----|$)`, 'g'),
  // password=value, "password": "value", shared-secret "value"
  new RegExp(`(${BEFORE}(?:${NAMES})["']?(?:\\s*[=:]\\s*|\\s+(?=["'])))${VALUE}`, 'gi'),
  new RegExp(`(${BEFORE}(?:${UNSURE})=)${VALUE}`, 'gi'),
  // --password value
  new RegExp(`((?<!\\S)--?(?:[a-z0-9]{1,40}-){0,5}(?:${NAMES}|${UNSURE})\\s+)${VALUE}`, 'gi'),
  // scheme://user:password@host
  /(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)/gi,
];

/** A key whose whole value is a secret. */
const SECRET_KEY = new RegExp(`^${BEFORE}(?:${NAMES}|${UNSURE})$`, 'i');

function walk(value: unknown, clean: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return clean(value, key);
  if (Array.isArray(value)) return value.map((one) => walk(one, clean, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, walk(one, clean, name)]),
  );
}
