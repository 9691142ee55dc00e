import type { Recording } from '../host/recording.ts';
import { configLines } from '../network/config-lines.ts';
import {
  entryOf,
  INI_COMMENTS,
  type IniKeys,
  isAskedFor,
  sectionName,
} from '../network/ini-file.ts';
import { INTERFACES_COMMENTS, interfacesOptions, optionName } from '../network/interfaces-file.ts';
import { KEYFILE_FOLDERS, keyfileKeys } from '../network/keyfile.ts';
import { NETWORKD_FOLDERS, networkdKeys } from '../network/networkd-files.ts';
import { redacted } from '../redaction.ts';

const REMOVED = 'removed';

/**
 * The recording without what the configuration of networks may hold of passwords and keys. Of
 * those files only what the probes read is kept, in its line: a replay gives the same report. Of
 * all other texts what looks like a secret is taken out, as it is of a report.
 */
export function withoutSecrets(recording: Recording): Recording {
  const files = Object.entries(recording.files).map(([path, text]) => [path, cleaned(path, text)]);
  const commands = recording.commands.map((command) =>
    'code' in command ? said(command) : command,
  );
  return { ...recording, commands, files: redacted(Object.fromEntries(files)).value };
}

/** What programs print as JSON has no secrets in it, and would be JSON no more. */
function said<T extends { stdout: string; stderr: string }>(command: T): T {
  const { stdout, stderr } = command;
  const isJson = /^\s*[[{]/.test(stdout);
  return { ...command, ...redacted(isJson ? { stderr } : { stdout, stderr }).value };
}

function cleaned(path: string, text: string): string {
  // not read any further than this either
  if (text.includes('\0') && isNetworkFile(path)) return '\0';
  if (lies(path, KEYFILE_FOLDERS)) return cleanedIni(text, keyfileKeys);
  if (lies(path, NETWORKD_FOLDERS)) return cleanedIni(text, networkdKeys);
  return isInterfaces(path) ? cleanedInterfaces(text) : text;
}

function isNetworkFile(path: string): boolean {
  return isInterfaces(path) || lies(path, [...KEYFILE_FOLDERS, ...NETWORKD_FOLDERS]);
}

function lies(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Files that /etc/network/interfaces sources may lie anywhere; they are mostly in this folder. */
function isInterfaces(path: string): boolean {
  return path.startsWith('/etc/network/');
}

function cleanedIni(text: string, keys: IniKeys): string {
  let section = '';
  return eachLine(text, INI_COMMENTS, (line) => {
    const name = sectionName(line);
    if (name !== null) {
      section = name;
      return Object.hasOwn(keys, name) ? line : `[${REMOVED}]`;
    }
    const [key] = entryOf(line) ?? [];
    if (key === undefined) return REMOVED;
    return isAskedFor(keys, section, key) ? line : `${REMOVED}=`;
  });
}

/** What begins something else than an option says nothing that is secret. */
const KEPT =
  /^(iface|auto|allow-[\w-]+|no-[\w-]+|mapping|source|source-directory|rename|template)$/;

function cleanedInterfaces(text: string): string {
  return eachLine(text, INTERFACES_COMMENTS, (line) => {
    const [keyword = ''] = line.split(/\s+/);
    const isRead = KEPT.test(keyword) || interfacesOptions.has(optionName(keyword));
    return isRead || /^(%|<%|\$\{)/.test(line) ? line : REMOVED;
  });
}

function eachLine(text: string, comments: string, clean: (line: string) => string): string {
  return configLines(text, 'a recorded file', comments)
    .map((line) => (line.text === '' ? '' : clean(line.text)))
    .join('\n');
}
