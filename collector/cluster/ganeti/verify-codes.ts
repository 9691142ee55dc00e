import type { VerifyFinding } from '../../../shared/ganeti-verify.ts';

/**
 * The finding with the code that Ganeti has for it, also when verify ran without --error-codes and
 * its text tells: a dead noded is one cause and a waiver holds however verify was run. A text that
 * is not known here stays without a code.
 */
export function withCode(finding: VerifyFinding): VerifyFinding {
  const { code, kind, message } = finding;
  if (code !== null || kind === null) return finding;
  const known = TEXTS.find(([of, text]) => of === kind && text.test(message));
  return known === undefined ? finding : { ...finding, code: known[2] };
}

/** How verify of 3.0 and 3.1 words what it has codes for, from its beginning. */
const TEXTS: readonly (readonly [kind: string, text: RegExp, code: string])[] = [
  ['node', /^while (?:contacting node|getting disk information): /, 'ENODERPC'],
  ['node', /^instance \S+, connection to (?:primary|secondary) node failed$/, 'ENODERPC'],
  ['node', /^node setup error: /, 'ENODESETUP'],
  ['node', /^volume group '[^']*' (?:missing|too small)/, 'ENODELVM'],
  ['node', /^node didn't return data for the volume group '/, 'ENODELVM'],
  ['node', /^missing bridges: /, 'ENODENET'],
  ['node', /^Node time diverges by /, 'ENODETIME'],
  ['node', /^ssh communication with node '/, 'ENODESSH'],
  ['node', /^Could not verify the SSH setup of this node\.$/, 'ENODESSH'],
  ['node', /^volume \S+ is unknown$/, 'ENODEORPHANLV'],
  ['node', /^not enough memory to acc?om/, 'ENODEN1'],
  ['node', /^Node did not return file checksum data$/, 'ENODEFILECHECK'],
  ['node', /^Communication failure in hooks execution: /, 'ENODEHOOKS'],
  ['instance', /^couldn't retrieve status for disk\/\d+ on /, 'EINSTANCEFAULTYDISK'],
  ['instance', /^disk\/\d+ on \S+ is (?:degraded|faulty)/, 'EINSTANCEFAULTYDISK'],
  ['instance', /^disk\/\d+ on \S+; state is '/, 'EINSTANCEFAULTYDISK'],
  ['instance', /^instance not running on its primary node /, 'EINSTANCEDOWN'],
  ['instance', /^instance is marked as running and lives on offline node /, 'EINSTANCEBADNODE'],
  ['cluster', /^File \S+ found with \d+ different checksums /, 'ECLUSTERFILECHECK'],
];
