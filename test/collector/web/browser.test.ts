import { chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { describeWith, program } from '../../requirements.ts';
import { clusterName, nodeNames, seedReport, seedReports } from '../seed-cluster.ts';
import { openTestApp } from '../test-app.ts';

const hostile = '<img src=x onerror=alert(1)>.example.org';
const paths = [
  '/',
  `/clusters/${clusterName}`,
  `/clusters/${clusterName}/nodes/${nodeNames[0]}`,
  `/clusters/${clusterName}/nodes/${encodeURIComponent(hostile)}`,
];

/** A page of a real browser on a real collector; what the browser complains of is kept. */
async function openBrowser(width: number): Promise<{ page: Page; base: string; said: string[] }> {
  const { app, deliver } = await openTestApp({ openPage: true });
  for (const report of [...seedReports(), { ...seedReport(1), node: hostile }]) {
    await deliver(report);
  }
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const said: string[] = [];
  page.on('console', (message) => void said.push(message.text()));
  page.on('dialog', (dialog) => void said.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) said.push(`asked elsewhere: ${request.url()}`);
  });
  return { page, base, said };
}

describeWith([program('chromium', 'chromium')], 'in a real browser', () => {
  test.each([390, 1440])('at %i px every page fits, is styled and is quiet', async (width) => {
    const { page, base, said } = await openBrowser(width);
    for (const path of paths) {
      const answer = await page.goto(base + path);
      expect([path, answer?.status()]).toEqual([path, 200]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(await page.evaluate('getComputedStyle(document.body).marginTop')).toBe('0px');
      expect(await page.locator('h1').count()).toBe(1);
    }
    expect(said).toEqual([]);
  });

  test('the keyboard goes to the content, then from cell to finding', async () => {
    const { page, base } = await openBrowser(1440);
    await page.goto(`${base}/clusters/${clusterName}`);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page
      .getByRole('rowheader', { name: nodeNames[1] ?? '' })
      .getByRole('link')
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: nodeNames[1] ?? '' }).waitFor();
    await page.locator('details.section summary').first().press('Enter');
    expect(await page.locator('details.section').first().getAttribute('open')).toBe('');
  });
});
