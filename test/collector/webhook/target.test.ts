import { expect, test } from 'vitest';
import { parseTarget, targetKey } from '../../../collector/webhook/target.ts';

test.each([
  ['https://chat.example.org/hooks/1?key=2', 'https://chat.example.org/hooks/1?key=2'],
  ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443/'],
  ['http://127.0.0.1:9000/hook', 'http://127.0.0.1:9000/hook'],
  ['http://localhost/#part', 'http://localhost/'],
  ['http://[::1]:1/', 'http://[::1]:1/'],
])('%s may be told', (text, href) => {
  expect(parseTarget(text).href).toBe(href);
});

test.each([
  ['', 'it is no URL'],
  ['chat.example.org/hook', 'it is no URL'],
  ['http://chat.example.org/', 'expected https, or http to a loopback address'],
  ['http://127.0.0.1.example.org/', 'expected https, or http to a loopback address'],
  ['http://10.0.0.1/', 'expected https, or http to a loopback address'],
  ['ftp://127.0.0.1/', 'expected https, or http to a loopback address'],
  ['file:///etc/passwd', 'expected https, or http to a loopback address'],
  ['https://user:pass@example.org/', 'a password in it can be read by everybody'],
  ['https://user@example.org/', 'a password in it can be read by everybody'],
])('%j may not', (text, message) => {
  expect(() => parseTarget(text)).toThrow(message);
  const [, secret = 'hunter2'] = /\/\/(.+)@/.exec(text) ?? [];
  expect(() => parseTarget(text)).not.toThrow(secret);
});

test('the store knows a target by its origin and a digest: its path may be a secret', () => {
  const keyOf = (url: string) => targetKey({ url: new URL(url) });
  expect(keyOf('https://example.org/a?k=1')).toMatch(/^https:\/\/example\.org [0-9a-f]{32}$/);
  const urls = ['https://example.org/a?k=1', 'https://example.org/a?k=2', 'https://example.org/b'];
  expect(new Set(urls.map(keyOf)).size).toBe(3);
});
