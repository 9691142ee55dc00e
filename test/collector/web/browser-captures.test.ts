import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captures, describeWith, program, root } from '../../requirements.ts';
import { seriousFaults } from './browser.ts';
import { lab, labNodes, machines, openCaptureScene, silent } from './capture-scene.ts';

const screenshots = join(root, 'test-output', 'screenshots');
mkdirSync(screenshots, { recursive: true });

const labNode = `/clusters/${lab}/nodes/${labNodes[1]}`;
const machine = `/clusters/${machines}/nodes/libvirt-xeon-gold-6148.example.org`;

/** Every view of real reports, by the name of its picture, with words that it must have. */
const views: [name: string, path: string, words: string[]][] = [
  ['captures-home', '/', [lab, machines, silent, 'Recommended: ']],
  ['captures-lab', `/clusters/${lab}`, ['Why not better', 'Live migration', 'Capacity']],
  ['captures-machines', `/clusters/${machines}`, ['nodes alike', 'The 40 with the least left']],
  ['captures-silent', `/clusters/${silent}`, ['too old: ', 'Report too old from']],
  ['captures-node', labNode, ['measured', 'Evidence: ', 'Over time']],
  ['captures-machine', machine, ['recorded', 'from a snapshot', 'Xeon']],
  ['captures-drained', `/clusters/${lab}/gate?gate=maintenance&drain=${labNodes[1]}`, ['drained']],
  ['captures-operations', '/operations', ['Nodes overdue', silent]],
];

const LIMIT_MS = 240_000;

describeWith([program('chromium', 'chromium'), captures], 'real recorded reports', () => {
  test.each([
    [1440, 'light'],
    [390, 'dark'],
  ] as const)(
    'fill every view at %i px in %s, and bar nobody',
    async (width, colorScheme) => {
      const scene = await openCaptureScene();
      const page = await scene.open(width, { colorScheme });
      for (const [name, path, words] of views) {
        const answer = await page.goto(scene.base + path);
        expect([path, answer?.status()]).toEqual([path, 200]);
        await page.screenshot({ path: join(screenshots, `${name}-${width}.png`), fullPage: true });
        const text = await page.locator('body').innerText();
        expect([name, words.filter((some) => !text.includes(some))]).toEqual([name, []]);
        const scrolled = await page.evaluate('document.documentElement.scrollWidth');
        expect([name, scrolled]).toEqual([name, width]);
        expect([name, await seriousFaults(page)]).toEqual([name, []]);
      }
      expect(scene.said).toEqual([]);
    },
    LIMIT_MS,
  );
});
