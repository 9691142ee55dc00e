import { chromium, type Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { renderHtml } from '../../../shared/render/html.ts';
import { renderJunit } from '../../../shared/render/junit.ts';
import { visible } from '../../../shared/render/safe.ts';
import { describeWith, program } from '../../requirements.ts';
import { answersSaying, closedGate, hostile, openGate, options, warningAudit } from './answers.ts';
import { elementsNamed, parseXml, type XmlElement } from './xml.ts';

const all = [closedGate, openGate, warningAudit, ...answersSaying(hostile)];
const elements =
  'html head meta title style body header h1 h2 span p main article section table thead tbody ' +
  'tr th td footer b';
const attributes = 'lang charset name content http-equiv class scope';

/** Our HTML is also XML, but for its doctype and its void elements. */
function parseHtml(text: string): XmlElement {
  const body = text.replace('<!DOCTYPE html>\n', '').replaceAll(/<meta ([^>]*)>/g, '<meta $1/>');
  return parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

function everyElement(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(everyElement)];
}

describe('the HTML report', () => {
  test.each(all)('is whole, and made of nothing but text and tables (%#)', (answer) => {
    const found = everyElement(parseHtml(renderHtml(answer, options)));

    const names = new Set(found.map(({ name }) => name));
    const used = new Set(found.flatMap((element) => Object.keys(element.attributes)));
    expect([...names].filter((name) => !elements.split(' ').includes(name))).toEqual([]);
    expect([...used].filter((name) => !attributes.split(' ').includes(name))).toEqual([]);
  });

  test('fetches nothing, and forbids it', () => {
    const text = renderHtml(closedGate, options);

    expect(text).not.toMatch(/url\(|@import|https?:/);
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('leads with the answer, then what speaks against it, worst first, and why', () => {
    const document = parseHtml(renderHtml(closedGate, options));
    const words = (name: string) =>
      elementsNamed(document, name).map((element) =>
        everyElement(element)
          .map(({ text }) => text.trim())
          .reverse()
          .join(' '),
      );

    expect(words('title')).toEqual(['CLOSED: gate install, cluster cluster.example.org']);
    expect(words('h2')).toEqual([
      'FAIL gnt has 19.9 GiB, expected 20 GiB or more',
      'UNKNOWN section "storage" failed: vgs: not permitted',
      'WARN br0: STP is on, expected it off',
      'FAIL WAIVED no ECC, expected it',
      '3 nodes',
      'Passed and skipped',
    ]);
    expect(words('p').filter((text) => text.includes('refused by init'))).toHaveLength(2);
  });
});

async function openBrowser(): Promise<{ page: Page; said: string[] }> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  const said: string[] = [];
  page.on('console', (message) => void said.push(message.text()));
  page.on('pageerror', (error) => void said.push(error.message));
  page.on('dialog', (dialog) => void said.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => void said.push(`asked for ${request.url()}`));
  return { page, said };
}

describeWith([program('chromium', 'chromium')], 'in a real browser', () => {
  test('hostile reports are quiet, fit a phone, and show what was said', async () => {
    const { page, said } = await openBrowser();
    for (const answer of all) {
      await page.setContent(renderHtml(answer, options));
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.locator('script, img, a, iframe').count()).toBe(0);
      expect(await page.evaluate('document.compatMode')).toBe('CSS1Compat');
    }
    expect(await page.locator('article h2').first().textContent()).toContain(visible(hostile));
    expect(said).toEqual([]);
  });

  test.each([
    ['light', 'screen', 'rgb(255, 255, 255)'],
    ['dark', 'screen', 'rgb(18, 22, 28)'],
    ['dark', 'print', 'rgb(255, 255, 255)'],
  ] as const)('%s on %s has the paper %s', async (colorScheme, media, paper) => {
    const { page } = await openBrowser();
    await page.emulateMedia({ colorScheme, media });
    await page.setContent(renderHtml(closedGate, options));

    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(paper);
  });

  test('its XML parser reads the JUnit of every answer', async () => {
    const { page } = await openBrowser();
    for (const answer of all) {
      const text = renderJunit(answer, options);
      const parsed = `new DOMParser().parseFromString(${JSON.stringify(text)}, 'application/xml')`;
      const cases = await page.evaluate(
        `['parsererror', 'testcase'].map((name) => ${parsed}.getElementsByTagName(name).length)`,
      );
      expect(cases).toEqual([0, answer.findings.length]);
    }
  });
});
