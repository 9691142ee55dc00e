import { expect, test } from 'vitest';
import { evidenceLevel } from '../../../collector/web/evidence.ts';
import { showHtml } from '../../../collector/web/html.ts';
import { restsOn } from '../../../collector/web/rests-on.ts';
import type { Report, Section } from '../../../shared/report.ts';
import { failed, sampleReport } from '../../sample-report.ts';

const live = sampleReport();
const user = sampleReport({ agent: { privileged: false } });
const recorded = sampleReport({ agent: { origin: 'recorded' } });
const noQmp = sampleReport();
if (noQmp.sections.qemu?.status === 'ok') noQmp.sections.qemu.facts.kvm = failed('denied', 'no');
const noCpu = structuredClone(noQmp);
noCpu.sections.cpu = failed('denied', 'no');

const levels: [string, Section, Report, string, string[]][] = [
  ['whole', 'memory', live, 'measured', []],
  ['without root', 'memory', user, 'measured in part', ['without root']],
  ['a snapshot', 'memory', recorded, 'recorded', []],
  ['proven by QEMU', 'qemu', live, 'measured', ['CPU models proven by KVM']],
  ['computed', 'qemu', noQmp, 'measured in part', ['1 reading failed', 'CPU models computed']],
  ['of no CPU', 'qemu', noCpu, 'measured in part', ['1 reading failed']],
  ['failed', 'cpu', noCpu, 'not known', []],
];

test.each(levels)('the level of a section that is %s', (...[, section, report, word, notes]) => {
  expect(evidenceLevel(section, report)).toEqual({ word, notes });
});

test('a finding leads to the facts it rests on; one of no known check to none', () => {
  const links = (check: string) => {
    const shown = restsOn(check);
    const text = shown === null ? '' : showHtml(shown);
    return [...text.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  };
  expect(links('network.node-address')).toEqual(['#facts-network']);
  expect(links('cpu.same-vendor')).toEqual(['#facts-cpu']);
  expect(restsOn('site.rule')).toBeNull();
});
