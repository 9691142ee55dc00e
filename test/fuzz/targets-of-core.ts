import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseReceipt } from '../../collector/commands/receipt.ts';
import { parseListen } from '../../collector/commands/serve-options.ts';
import { canonicalKey, keyIdOf } from '../../collector/ed25519.ts';
import { parseHcheck, parseHroller, parseHspace } from '../../collector/ganeti/htools-answers.ts';
import { parsePolicyTest } from '../../collector/policy-test.ts';
import { receiptSchema } from '../../collector/receipt.ts';
import { countKeys, measureJson } from '../../collector/routes/json-limits.ts';
import { senderNetwork } from '../../collector/routes/rate-limits.ts';
import { parseJson, parseReports } from '../../collector/sources.ts';
import { endOfValue, pastSpace } from '../../collector/store/json-bytes.ts';
import { jsonOf, packed, partsOf, unpacked } from '../../collector/store/report-parts.ts';
import { joinReport, ofPieces, piecesOf, splitReport } from '../../collector/store/report-text.ts';
import { additionTo, waiverFile } from '../../collector/waiver-append.ts';
import { parseCpuType } from '../../shared/configured-cpu.ts';
import { parseMachine } from '../../shared/cpu/machines.ts';
import { parseVersion } from '../../shared/cpu/versions.ts';
import { CommandError } from '../../shared/exit.ts';
import { parseVerifyOutput, verifyFindingSchema } from '../../shared/ganeti-verify.ts';
import { globMatches, isGlob } from '../../shared/glob.ts';
import { instantOf } from '../../shared/instant.ts';
import { canonicalIp, inSubnet, networkOf, parseIp, parsePrefix } from '../../shared/ip.ts';
import { newerKernel } from '../../shared/kernel-release.ts';
import { parsePolicy } from '../../shared/policy-file.ts';
import { reportSchema } from '../../shared/report.ts';
import { type Rule, ruleSchema } from '../../shared/rule.ts';
import { compileRules } from '../../shared/rules/compile.ts';
import { parseBytes, parseDuration } from '../../shared/units.ts';
import { parseWaivers, waiversSchema } from '../../shared/waiver-file.ts';
import { parseYamlFile, placesIn } from '../../shared/yaml-file.ts';
import { root } from '../requirements.ts';
import { sampleReport } from '../sample-report.ts';
import { waiver } from '../shared/sample-waivers.ts';
import { all, captured, written } from './seeds.ts';
import { ofText, type Target } from './target.ts';

const report = written(JSON.stringify(sampleReport()));
const policy = written(
  readFileSync(join(root, 'packaging/examples/seed-cluster.yaml'), 'utf8'),
  'cluster: &a\n  name: c\nseverity: *a\n',
  'rules:\n- id: a.b\n  title: A\n  that: memory.totalBytes >= 1\n  message: No.\n  remedy: Do.\n',
);
const waivers = written(
  JSON.stringify([waiver()]),
  '# ours\n- check: cpu.microcode\n  node: a\n  reason: "long enough a reason"\n  by: b\n' +
    '  until: 2026-03-31\n',
);
const addresses = written('192.0.2.1', '2001:db8::1', '::ffff:192.0.2.1', '192.0.2.0/24');
const amount = z.number().nonnegative().nullable();

/** The parsers of files that people write, of reports, and of what a network brings. */
export const coreTargets: readonly Target[] = [
  ofText('shared/configured-cpu.ts parseCpuType', written('Nehalem\\,+a,-b,c=off,enforce'), {
    run: parseCpuType,
  }),
  ofText('shared/cpu/machines.ts parseMachine', written('pc-i440fx-7.2', 'pc-q35-rhel9.4.0'), {
    run: parseMachine,
  }),
  ofText('shared/cpu/versions.ts parseVersion', written('7.2.22', '6.1.0-40-amd64'), {
    run: parseVersion,
  }),
  ofText(
    'shared/ganeti-verify.ts parseVerifyOutput',
    all(
      captured('real-ganeti-3.0.2', /gnt-cluster-verify.*\.txt$|faults\/.*verify/),
      written('* Verifying node status\n  - ERROR:ENODELVM:node:a:no group\n  - NOTICE: b\n'),
    ),
    {
      run: parseVerifyOutput,
      gives: z.object({ findings: z.array(verifyFindingSchema) }).nullable(),
    },
  ),
  ...[parseHcheck, parseHspace, parseHroller].map((run) =>
    ofText(
      `collector/ganeti/htools-answers.ts ${run.name}`,
      written('HCHECK_INIT_CLUSTER_N1_FAIL=0\nHCHECK_OK=1\n', 'HTS_ALLOC_COUNT=3\nHTS_OK=1\n'),
      { run },
    ),
  ),
  ofText('shared/glob.ts globMatches', written('cpu.*', '*?*?*x'), {
    run: (text) => [globMatches(text, text), globMatches('*a*b*?c*', text), isGlob(text)],
    gives: z.tuple([z.boolean(), z.boolean(), z.boolean()]),
  }),
  ofText('shared/instant.ts instantOf', written('2026-03-01T12:00:00Z'), {
    run: (text) => instantOf(text, { now: () => new Date() }),
    gives: z.date(),
  }),
  ofText('shared/ip.ts parseIp', addresses, { run: parseIp }),
  ofText('shared/ip.ts parsePrefix', addresses, {
    run: (text) => [parsePrefix(text), networkOf(text, 24), inSubnet(text, '192.0.2.1', 24)],
  }),
  ofText('shared/ip.ts canonicalIp', addresses, { run: canonicalIp, gives: z.string() }),
  ofText('shared/kernel-release.ts newerKernel', written('6.1.0-40-amd64'), {
    run: (text) => newerKernel(text, ['6.1.0-41-amd64', text]),
  }),
  ofText('shared/policy-file.ts parsePolicy', policy, {
    run: (text) => sound(parsePolicy(text, 'a.yaml'), 'policy'),
    gives: z.json(),
  }),
  ofText('shared/rules/compile.ts compileRules', expressions(), {
    run: (that) => compileRules([ruleOf(that)]).ok,
    gives: z.boolean(),
  }),
  ofText('shared/units.ts parseBytes', written('20 GiB', '500MB', '1.5 TiB'), {
    run: parseBytes,
    gives: amount,
  }),
  ofText('shared/units.ts parseDuration', written('2h30m', '500ms', '1.5 d'), {
    run: parseDuration,
    gives: amount,
  }),
  ofText('shared/waiver-file.ts parseWaivers', waivers, {
    run: (text) => sound(parseWaivers(text, 'a.yaml'), 'waivers'),
    gives: waiversSchema.nullable(),
  }),
  ofText('shared/yaml-file.ts parseYamlFile', all(policy, waivers), {
    run: (text) => parseYamlFile(text, { file: 'a', schema: z.array(z.string()), empty: [] }).ok,
  }),
  ofText('shared/yaml-file.ts placesIn', policy, {
    run: (text) => placesIn(text).within(['rules', 0, 'that'], 3),
  }),
  ofText('collector/policy-test.ts parsePolicyTest', policyTests(), {
    run: (text) => parsePolicyTest(text, 'a.yaml').ok,
  }),
  ofText('collector/waiver-append.ts waiverFile', waivers, {
    run: (text) => additionTo(waiverFile(text, 'a.yaml'), [waiver()]),
    gives: z.string(),
  }),
  ofText('collector/sources.ts parseReports', report, {
    run: (text) => parseReports(text, 'a.json'),
    gives: z.array(reportSchema),
  }),
  ofText('collector/sources.ts parseJson', report, { run: (text) => parseJson(text, 'a.json') }),
  ofText('collector/commands/receipt.ts parseReceipt', written(receipt()), {
    run: (text) => parseReceipt(text, 'a.json'),
    gives: receiptSchema,
  }),
  ofText(
    'collector/commands/serve-options.ts parseListen',
    written('127.0.0.1:8080', '[::1]:8443', 'localhost:0'),
    { run: parseListen, gives: z.object({ host: z.string().min(1), port: z.int().max(65_535) }) },
  ),
  ofText('collector/ed25519.ts canonicalKey', written(`${'A'.repeat(43)}=`), {
    run: (text) => [canonicalKey(text), keyIdOf(text)],
  }),
  ofText('collector/routes/rate-limits.ts senderNetwork', addresses, {
    run: senderNetwork,
    gives: z.string(),
  }),
  {
    name: 'collector/routes/json-limits.ts measureJson',
    seeds: all(report, written('[[[[[[{"a":[1,-2.5e3,"\\u0000"]}]]]]]]')),
    run: measuredAsParsed,
  },
  {
    name: 'collector/store/json-bytes.ts endOfValue',
    seeds: report,
    run: (bytes) => {
      const end = endOfValue(bytes, pastSpace(bytes, 0));
      if (end > bytes.length) throw new RangeError('past the end');
    },
  },
  { name: 'collector/store/report-text.ts splitReport', seeds: report, run: joinedAsSplit },
];

/** Of a good file its value, of another null, and never a problem without a message. */
function sound<T extends { ok: true } | { ok: false; problems: { message: string }[] }>(
  result: T,
  key: string,
): unknown {
  if (result.ok) return Object.entries(result).find(([name]) => name === key)?.[1];
  const told = result.problems.every(({ message }) => message.length > 0);
  if (!told || result.problems.length === 0) throw new RangeError('a problem without a message');
  return null;
}

/** What the scanner counts is what the parser finds, of all that the parser takes. */
function measuredAsParsed(bytes: Buffer): void {
  const { trouble, keys } = measureJson(bytes);
  const value = trouble === null ? parseJson(bytes.toString('utf8'), 'a body') : null;
  const twice = typeof value === 'object' ? countKeys(value) : { keys, prototype: false };
  // a key may stand there twice, and then the parser knows one of them
  if (trouble === null && twice.keys > keys) throw new RangeError('more keys than were counted');
}

/** Of text that is JSON, what was taken apart comes together to the same bytes. */
function joinedAsSplit(bytes: Buffer): void {
  const json = Buffer.from(bytes.toString('utf8'));
  const split = splitReport(json);
  const { header, sections } = piecesOf(split);
  parseJson(json.toString('utf8'), 'a body');
  const parts = sections.map((section) => unpacked(packed(section)));
  const stable = ofPieces(header.toString('utf8'), parts);
  const again = stable === null ? null : joinReport(stable, split.values);
  const { stable: kept, volatiles } = partsOf(json);
  if (again !== json.toString('utf8') || jsonOf(kept.toString('utf8'), volatiles) !== again) {
    throw new RangeError('what was joined is not what was split');
  }
}

function ruleOf(that: string): Rule {
  const words = { title: 'A rule', message: 'It does not hold.', remedy: 'Mend it.' };
  const parsed = ruleSchema.safeParse({ id: 'site.rule', ...words, severity: 'fail', that });
  if (parsed.success) return parsed.data;
  throw new CommandError('badConfiguration', parsed.error.message);
}

function expressions() {
  return written(
    'memory.totalBytes >= 64 * 1024 * 1024 * 1024',
    "node.startsWith('ganeti') && disks.disks.exists(d, d.rotational)",
    'network.bonds.all(b, b.slaves.all(s, s.up)) || !(1 in [2, 3])',
  );
}

function policyTests() {
  return written('policy: a.yaml\ncases:\n- report: b.json\n  expect: {rule.c: fail}\n');
}

function receipt(): string {
  const digest = `sha256:${'0'.repeat(64)}`;
  return JSON.stringify({ schema: 1, kind: 'receipt', version: '1', rules: digest, digest });
}
