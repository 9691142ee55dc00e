import { expect, test } from 'vitest';
import { describeWith, program } from '../../requirements.ts';
import { clusterName } from '../seed-cluster.ts';
import { clusterPath, nodePath, nodes, openScene } from './browser.ts';

const LIMIT_MS = 120_000;
const waivers = `${clusterPath}/waivers`;

describeWith([program('chromium', 'chromium')], 'in a real browser', () => {
  test(
    'the keyboard goes to the content, then into what is folded',
    async () => {
      const { open, base } = await openScene();
      const page = await open();
      await page.goto(base + nodePath);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      const ring = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(ring).toBe('solid');
      const order: string[] = [];
      for (let step = 0; step < 5; step++) {
        await page.keyboard.press('Tab');
        order.push(String(await page.evaluate('document.activeElement.textContent')));
      }
      expect(order).toEqual(['Muster', clusterName, 'Clusters', 'Operations', 'Sign in']);
      await page.locator('details.section summary').first().press('Enter');
      expect(await page.locator('details.section').first().getAttribute('open')).toBe('');
    },
    LIMIT_MS,
  );

  test(
    'without a token one signs in and comes back; signing out shuts the door',
    async () => {
      const { signedIn, open, base, said } = await openScene({ openPage: false });
      const stranger = await open();
      const answer = await stranger.goto(base + waivers);
      expect(answer?.status()).toBe(401);
      await stranger.getByRole('heading', { name: 'Sign in to see this' }).waitFor();
      await stranger.getByLabel('Token').fill('muster_wrong');
      await stranger.getByRole('button', { name: 'Sign in' }).click();
      await stranger.getByRole('alert').filter({ hasText: 'not known' }).waitFor();

      const page = await signedIn('operator', waivers);
      expect(await page.evaluate('document.cookie')).toBe('');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in to see this' }).waitFor();
      expect(said.filter((line) => !line.includes('status of 401'))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'an operator accepts a finding and takes it back; a reader is told who may',
    async () => {
      const { signedIn, store, said } = await openScene();
      const page = await signedIn('operator', `${waivers}?check=storage.raid&node=${nodes[0]}`);
      await page.getByLabel('Reason').fill('a <b>disk</b> is ordered');
      await page.getByRole('button', { name: 'Accept for now' }).click();
      await page.getByText('The waiver was added.').waitFor();
      const row = page.getByRole('row').filter({ hasText: 'a <b>disk</b> is ordered' });
      await row.getByText('Remove', { exact: false }).first().click();
      await row.getByRole('button').click();
      await page.getByText('The waiver was removed').waitFor();
      expect(await store.waivers(clusterName)).toEqual([]);

      const reader = await signedIn('reader', waivers);
      expect(await reader.getByText('Operators accept findings.').count()).toBe(1);
      expect(await reader.getByRole('button', { name: 'Accept for now' }).count()).toBe(0);
      await reader.goto(page.url().replace(/\/clusters.*/, '/operations'));
      expect(await reader.getByRole('heading', { name: 'Enrolment tokens' }).count()).toBe(0);
      expect(said).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'an admin makes an enrolment token, copies it and revokes it',
    async () => {
      const { signedIn } = await openScene();
      const page = await signedIn('admin', '/operations');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByLabel('Cluster').fill('c9');
      await page.getByLabel('Node', { exact: true }).fill('n9.example.org');
      await page.getByRole('button', { name: 'Make an enrolment token' }).click();
      const shown = await page.locator('.secret code').textContent();
      await page.getByRole('button', { name: 'Copy the token' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.locator('#announcement').textContent()).toBe('Copied');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(shown);
      const row = page.getByRole('row').filter({ hasText: 'n9.example.org' });
      await row.locator('summary').click();
      await row.getByRole('button').click();
      await page.getByText('The enrolment token was revoked').waitFor();
    },
    LIMIT_MS,
  );

  test(
    'news comes by itself, and what is open, chosen and typed stays',
    async () => {
      const { open, base, app, as, deliver, clock, said } = await openScene();
      const page = await open();
      await page.clock.install();
      await page.goto(base + nodePath);
      const section = page.locator('#facts-os');
      await section.locator('summary').click();
      await page.locator('#from').selectOption({ index: 1 });
      await page.locator('#from').focus();
      const chosen = await page.locator('#from').inputValue();
      const answer = await app.inject({ url: `/api/v1${nodePath}`, headers: as.reader });
      const { report } = answer.json();
      report.sections.os.facts.kernelRelease = '9.9.9-newer';
      clock.now = new Date(clock.now.getTime() + 60_000);
      await deliver({ ...report, collectedAt: clock.now.toISOString() });
      await page.clock.runFor(31_000);
      await section.getByText('9.9.9-newer').waitFor();
      expect(await section.getAttribute('open')).toBe('');
      expect(await page.evaluate('document.activeElement.id')).toBe('from');
      expect(await page.locator('#from').inputValue()).toBe(chosen);

      await page.context().setOffline(true);
      await page.clock.runFor(31_000);
      await page.locator('#live.lost').filter({ hasText: 'connection lost' }).waitFor();
      await page.context().setOffline(false);
      await page.clock.runFor(31_000);
      await page.locator('#live:not(.lost)').waitFor();
      expect(said.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'filters follow without a reload, and serve without any script',
    async () => {
      const { open, base } = await openScene();
      const page = await open();
      await page.goto(base + clusterPath);
      await page.evaluate('document.body.dataset.same = "yes"');
      await page.locator('form[data-filters] select[name="verdict"]').selectOption('fail');
      await page.waitForURL(/verdict=fail/);
      await page.locator('main:not([aria-busy])').waitFor();
      expect(await page.evaluate('document.body.dataset.same')).toBe('yes');

      const plain = await open(1440, { javaScriptEnabled: false });
      await plain.goto(base + clusterPath);
      await plain.locator('form[data-filters] select[name="verdict"]').selectOption('fail');
      await plain.locator('form[data-filters] button').first().click();
      await plain.waitForURL(/verdict=fail/);
      await plain.goto(`${base}${clusterPath}/gate?gate=install`);
      await plain.getByLabel('health').check();
      await plain.getByRole('button', { name: 'Ask' }).click();
      await plain.getByRole('heading', { name: 'Is this running cluster healthy?' }).waitFor();
      expect(await plain.getByRole('button', { name: 'Copy the command' }).count()).toBe(0);
    },
    LIMIT_MS,
  );
});
