import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { webhookOf } from '../../../collector/commands/webhook-options.ts';
import { newAuthority } from '../../../collector/tls/authority.ts';
import { CommandError } from '../../../shared/exit.ts';
import { temporaryFolder } from '../test-app.ts';
import { secretBytes, secretText } from '../webhook/receiver.ts';

const url = 'https://chat.example.org/hooks/secret-path?key=secret-query';

/** A folder with files of these texts, which nobody else can read. */
function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  return folder;
}

test('without a webhook there is none, whatever the credentials are', () => {
  expect(webhookOf({}, undefined)).toBeNull();
  expect(webhookOf({}, folderWith({ 'webhook-secret': secretText }))).toBeNull();
});

test('the secret is that of the file, or else the credential', () => {
  const folder = folderWith({ own: `${secretText}\n`, 'webhook-secret': 'wrong' });
  const target = { url: new URL(url), secrets: [secretBytes] };
  expect(webhookOf({ webhook: url, webhookSecretFile: join(folder, 'own') }, folder)).toEqual(
    target,
  );
  const credentials = folderWith({ 'webhook-secret': secretText });
  // systemd lets the unit's user in by an access list, which shows as a right of the group.
  chmodSync(join(credentials, 'webhook-secret'), 0o440);
  expect(webhookOf({ webhook: url }, credentials)).toEqual(target);
});

test('a CA of its own is read', async () => {
  const { caCertificate } = await newAuthority(['chat.example.org'], new Date());
  const folder = folderWith({ secret: secretText, 'ca.crt': caCertificate });
  const options = { webhookSecretFile: join(folder, 'secret'), webhookCa: join(folder, 'ca.crt') };
  expect(webhookOf({ webhook: url, ...options }, undefined)?.ca).toBe(caCertificate);
});

describe('is refused, in words without the secret or the path:', () => {
  const folder = () =>
    folderWith({ good: secretText, bad: 'hunter2', 'webhook-secret': 'hunter2' });

  test.each([
    [{ webhookSecretFile: 'good' }, 'usage', '--webhook-secret-file and --webhook-ca go with'],
    [{ webhookCa: 'good' }, 'usage', '--webhook-secret-file and --webhook-ca go with --webhook'],
    [{ webhook: url }, 'usage', '--webhook needs --webhook-secret-file, or the systemd credential'],
    [{ webhook: 'secret', webhookSecretFile: 'good' }, 'usage', '--webhook: it is no URL'],
    [{ webhook: url, webhookSecretFile: 'bad' }, 'badConfiguration', 'is not "whsec_" and base64'],
    [{ webhook: url, webhookSecretFile: 'none' }, 'badConfiguration', 'none: ENOENT'],
    [
      { webhook: url, webhookSecretFile: 'good', webhookCa: 'bad' },
      'badConfiguration',
      /bad: .*(PEM|certificate)/i,
    ],
  ])('%j', (options, exit, message) => {
    const inFolder = folder();
    const placed = Object.entries(options).map(([name, value]) => [
      name,
      name === 'webhook' ? value : join(inFolder, value),
    ]);
    const refused = refusal(() => webhookOf(Object.fromEntries(placed), undefined));
    expect(refused.exit).toBe(exit);
    expect(refused.message).toMatch(message);
    expect(refused.message).not.toMatch(/hunter2|secret-path|secret-query/);
  });

  test('a credential that is none', () => {
    const refused = refusal(() => webhookOf({ webhook: url }, folder()));
    expect(refused.message).toContain('webhook-secret: secret 1 is not "whsec_" and base64');
  });

  test.each([0o604, 0o640, 0o620, 0o602])('a file of mode %o', (mode) => {
    const file = join(folder(), 'good');
    chmodSync(file, mode);
    const refused = refusal(() => webhookOf({ webhook: url, webhookSecretFile: file }, undefined));
    expect(refused.exit).toBe('badConfiguration');
    expect(refused.message).toContain(`${file}: others can read this secret`);
  });
});

function refusal(deed: () => unknown): CommandError {
  try {
    deed();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
