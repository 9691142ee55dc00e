import type { Ssconf } from '../../shared/facts/ganeti.ts';
import { ParseError } from '../host/host.ts';
import { textLines } from '../parse.ts';
import { HVPARAMS, reportable } from './redaction.ts';

/** The `ssconf_*` files that are read as they are, by their names without the prefix. */
export const SSCONF_FILES = [
  'cluster_name',
  'cluster_tags',
  'hypervisor_list',
  'instance_list',
  'master_candidates',
  'master_candidates_certs',
  'master_ip',
  'master_netdev',
  'master_node',
  'node_list',
  'node_primary_ips',
  'node_secondary_ips',
  'node_vm_capable',
  'nodegroups',
  'offline_nodes',
  'online_nodes',
  'release_version',
] as const;

export type SsconfTexts = Partial<Record<(typeof SSCONF_FILES)[number], string>>;

/** Ssconf as facts; a file that a release lacks is left out of `texts`. */
export function parseSsconf(
  texts: SsconfTexts,
  hvparamsKvm: Record<string, string> | null,
): Ssconf {
  const list = (name: keyof SsconfTexts) => linesOf(texts[name] ?? '', name);
  const map = (name: keyof SsconfTexts, separator: ' ' | '=') =>
    new Map(list(name).map((line) => pairOf(line, separator, name)));
  const [primary, secondary] = [map('node_primary_ips', ' '), map('node_secondary_ips', ' ')];
  const capable = map('node_vm_capable', '=');
  return {
    clusterName: required(texts, 'cluster_name'),
    releaseVersion: list('release_version')[0] ?? null,
    masterNode: required(texts, 'master_node'),
    masterAddress: list('master_ip')[0] ?? null,
    masterNetdev: list('master_netdev')[0] ?? null,
    masterCandidates: list('master_candidates'),
    nodes: list('node_list').map((name) => ({
      name,
      primaryAddress: primary.get(name) ?? null,
      secondaryAddress: secondary.get(name) ?? null,
      vmCapable: truthOf(capable.get(name)),
      online: isOnline(name, { online: list('online_nodes'), offline: list('offline_nodes') }),
    })),
    instances: list('instance_list'),
    nodeGroups: [...map('nodegroups', ' ')].map(([uuid, name]) => ({ uuid, name })),
    hypervisors: list('hypervisor_list'),
    hvparamsKvm,
    clusterTags: list('cluster_tags'),
    candidateCertificates: [...map('master_candidates_certs', '=')].map(([node, digest]) => ({
      node,
      sha1: digest.toLowerCase(),
    })),
  };
}

/** The values of `ssconf_hvparams_kvm` that may leave the host, as JSON. */
export function excerptHvparams(text: string): string {
  const name = 'ssconf_hvparams_kvm';
  const pairs = linesOf(text, name).map((line) => pairOf(line, '=', name));
  return JSON.stringify(reportable(Object.fromEntries(pairs), HVPARAMS));
}

function required(texts: SsconfTexts, name: keyof SsconfTexts): string {
  const [value, ...more] = linesOf(texts[name] ?? '', name);
  if (value !== undefined && more.length === 0) return value;
  throw new ParseError(`ssconf_${name}: expected one line`);
}

function linesOf(text: string, name: string): string[] {
  return textLines(text, name).filter((line) => line.trim() !== '');
}

/** Messages name no value: what stands here may be a parameter with a secret. */
function pairOf(line: string, separator: ' ' | '=', name: string): [string, string] {
  const at = line.indexOf(separator);
  if (at < 1) throw new ParseError(`${name}: a line without ${JSON.stringify(separator)}`);
  return [line.slice(0, at), line.slice(at + 1).trim()];
}

function truthOf(text: string | undefined): boolean | null {
  if (text === 'True') return true;
  return text === 'False' ? false : null;
}

function isOnline(name: string, lists: { online: string[]; offline: string[] }): boolean | null {
  if (lists.online.includes(name)) return true;
  return lists.offline.includes(name) ? false : null;
}
