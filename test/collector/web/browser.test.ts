import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeWith, program, root } from '../../requirements.ts';
import { clusterPath, hostile, nodePath, openScene, type Scene, seriousFaults } from './browser.ts';

const screenshots = join(root, 'test-output', 'screenshots');
mkdirSync(screenshots, { recursive: true });

/** Every view, by the name of its picture. */
const views: [name: string, path: string, status: number][] = [
  ['clusters', '/', 200],
  ['cluster', clusterPath, 200],
  ['cluster-filtered', `${clusterPath}?verdict=fail`, 200],
  ['node', nodePath, 200],
  ['node-hostile', `${clusterPath}/nodes/${encodeURIComponent(hostile)}`, 200],
  ['node-silent', `${clusterPath}/nodes/ganeti04.example.org`, 200],
  ['gate', `${clusterPath}/gate?gate=install`, 200],
  ['gate-what-if', `${clusterPath}/gate?gate=health&leave=ganeti04.example.org`, 200],
  ['waivers', `${clusterPath}/waivers`, 200],
  ['operations', '/operations', 200],
  ['sign-in', '/sign-in', 200],
  ['not-found', '/nothing', 404],
];

/** A browser tells of an answer that is no 200 by itself. */
const OF_STATUS = /^Failed to load resource: the server responded with a status of 40[14]/;

async function look(page: Page, scene: Scene, view: (typeof views)[number]): Promise<void> {
  const [, path, status] = view;
  const answer = await page.goto(scene.base + path);
  expect([path, answer?.status()]).toEqual([path, status]);
  expect(await page.locator('h1').count()).toBe(1);
  expect(await page.evaluate('getComputedStyle(document.body).marginTop')).toBe('0px');
}

/** A dozen pages on a machine that does other things too. */
const LIMIT_MS = 180_000;

describeWith([program('chromium', 'chromium')], 'every view in a real browser', () => {
  test.each([390, 1440])(
    'at %i px fits, and is quiet',
    async (width) => {
      const scene = await openScene();
      const page = await scene.open(width);
      for (const view of views) {
        await look(page, scene, view);
        const path = join(screenshots, `${view[0]}-${width}.png`);
        await page.screenshot({ path, fullPage: true });
        const scrolled = await page.evaluate('document.documentElement.scrollWidth');
        expect([view[0], scrolled]).toEqual([view[0], width]);
      }
      expect(scene.said.filter((line) => !OF_STATUS.test(line))).toEqual([]);
    },
    LIMIT_MS,
  );

  test.each(['light', 'dark'] as const)(
    'in %s bars nobody',
    async (colorScheme) => {
      const scene = await openScene();
      const page = await scene.open(1440, { colorScheme });
      for (const view of views) {
        await look(page, scene, view);
        expect([view[0], await seriousFaults(page)]).toEqual([view[0], []]);
      }
      const admin = await scene.signedIn('admin', '/operations');
      await admin.emulateMedia({ colorScheme });
      await admin.screenshot({
        path: join(screenshots, `operations-admin-${colorScheme}.png`),
        fullPage: true,
      });
      expect(await seriousFaults(admin)).toEqual([]);
      await admin.goto(`${scene.base}${clusterPath}/waivers`);
      await admin.screenshot({
        path: join(screenshots, `waivers-admin-${colorScheme}.png`),
        fullPage: true,
      });
      expect(await seriousFaults(admin)).toEqual([]);
    },
    LIMIT_MS,
  );
});
