import { expect, test } from 'vitest';
import { parseSecrets } from '../../../collector/webhook/secret.ts';

const secret = (bytes: number, fill = 0xfb) =>
  `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;

test.each([24, 32, 33, 64])('a secret of %i bytes is read', (bytes) => {
  expect(parseSecrets(`${secret(bytes)}\n`)).toEqual([Buffer.alloc(bytes, 0xfb)]);
});

test('two are read, for the time in which one follows the other', () => {
  expect(parseSecrets(`\n  ${secret(24)}\r\n${secret(24, 1)}`)).toEqual([
    Buffer.alloc(24, 0xfb),
    Buffer.alloc(24, 1),
  ]);
});

test.each([
  ['', 'it holds no secret'],
  [' \n\n', 'it holds no secret'],
  [[24, 25, 26].map((bytes) => secret(bytes)).join('\n'), 'at most 2 secrets, a line each'],
  [secret(23), 'secret 1 has 23 bytes; 24 to 64 are expected'],
  [`${secret(24)}\n${secret(65)}`, 'secret 2 has 65 bytes; 24 to 64 are expected'],
  ['whsec_', 'secret 1 is not "whsec_" and base64 after it'],
  ['hunter2hunter2hunter2', 'secret 1 is not "whsec_" and base64 after it'],
  [secret(24).slice('whsec_'.length), 'secret 1 is not "whsec_" and base64 after it'],
  [`whsk_${'A'.repeat(32)}`, 'secret 1 is not "whsec_" and base64 after it'],
  [secret(25).replaceAll('=', ''), 'secret 1 is not "whsec_" and base64 after it'],
  [secret(24).replaceAll('+', '-').replaceAll('/', '_'), /^secret 1 is not/],
  [`${secret(24)} ${secret(24)}`, 'secret 1 is not "whsec_" and base64 after it'],
  ['\u0000\u00ff\ufffd', 'secret 1 is not "whsec_" and base64 after it'],
  [`whsec_${'A'.repeat(33)}`, 'secret 1 is not "whsec_" and base64 after it'],
])('%j is refused, and not repeated', (text, message) => {
  expect(() => parseSecrets(text)).toThrow(message);
});
