import { matches, type Replacements, type Source } from './replacements.ts';

/** Files and commands whose answers are names of hosts, guests of a cluster included. */
const NAME_SOURCES = [
  /^(?:\/proc\/sys\/kernel\/hostname|\/etc\/hostname|\/etc\/hosts|hostname\b.*)$/,
  /^\/var\/lib\/ganeti\/ssconf_(?:cluster_name|instance_list|node_list)$/,
];

const NAME = /(?<![\w.:-])[a-z](?:[\w-]*\w)?(?:\.[a-z0-9](?:[\w-]*\w)?)*(?![\w.:-])/gi;

/** Names that mean the same on every host. */
const GENERAL = /^(?:localhost|ip6-|.*\blocaldomain\b)/i;

/** Where words of Debian, QEMU, Ganeti and the kernel stand, which a host `debian` must leave. */
const VOCABULARY =
  /^(?:\/etc\/os-release|\/proc\/cpuinfo|.*\/ssconf_hypervisor_list|dpkg-query\b.*|.*\bhelp)$/;

/** Keys of the JSON of excerpts, inside of the recording's own: a guest may be called `disks`. */
const INNER_KEY = /\\"([\w-]+)\\":/g;

/** Names of hosts: `node1.dc.example.net` becomes `host1.site1.example`, wherever it stands. */
export function hostNames(sources: readonly Source[]): Replacements[] {
  const texts = sources
    .filter(({ name }) => NAME_SOURCES.some((source) => source.test(name)))
    .map(({ name, text }) => ({ name, text: text.replace(/#.*$/gm, '') }));
  const names = matches(texts, NAME).filter((name) => !GENERAL.test(name));
  const hosts = [...new Set(names.map(hostOf))].sort();
  const sites = [...new Set(names.map(siteOf))].filter((site) => site !== '').sort();
  const host = (name: string) => `host${hosts.indexOf(hostOf(name)) + 1}`;
  const site = (name: string) => `site${sites.indexOf(siteOf(name)) + 1}.example`;
  const vocabulary = new Set([
    ...matches(
      sources.filter((source) => VOCABULARY.test(source.name)),
      /[\w-]+/g,
    ),
    ...matches(sources, INNER_KEY),
  ]);
  const short = names.map((name) => name.split('.')[0] ?? name);
  const full = names.filter((name) => siteOf(name) !== '');
  return [
    words(full.map((name) => [name, `${host(name)}.${site(name)}`])),
    words(sites.map((name) => [name, `site${sites.indexOf(name) + 1}.example`])),
    words(short.filter((name) => !vocabulary.has(name)).map((name) => [name, host(name)])),
  ];
}

function words(pairs: [string, string][]): Replacements {
  return { words: new Map(pairs), notAfter: '[\\w-]', notBefore: '[\\w-]' };
}

function hostOf(name: string): string {
  return (name.split('.')[0] ?? name).toLowerCase();
}

function siteOf(name: string): string {
  return name.split('.').slice(1).join('.').toLowerCase();
}
