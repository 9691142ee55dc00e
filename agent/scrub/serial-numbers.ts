import { matches, type Replacements, type Source } from './replacements.ts';

/** Files that hold a serial number and nothing else. */
const SERIAL_FILE = /(?:serial|serial_number|asset_tag|wwid|wwn)$/i;

/** Where serial numbers stand in JSON, in dmidecode's text and in udev's. */
const KEYED = [
  /"[^"]*(?:serial|asset_?tag|wwn)[^"]*"\s*:\s*"((?:[^"\\]|\\.)+)"/gi,
  /^\s*(?:serial number|asset tag|serial)\s*[:=]\s*(\S.*?)\s*$/gim,
  /\bID_(?:SERIAL|SERIAL_SHORT|WWN)=(\S.*?)\s*$/gm,
];

/** Words of DMI tables that stand for no number. */
const PLACEHOLDER = /^(?:[-.x0\s]*|to be filled.*|not .*|no .*|default.*|system serial.*)$/i;

/** A shorter one tells nobody apart, but would be found inside of other words. */
const SHORTEST = 4;

/** Serial numbers, asset tags and world wide names. */
export function serialNumbers(sources: readonly Source[]): Replacements {
  const files = sources.filter(({ name }) => SERIAL_FILE.test(name));
  const found = [
    ...files.map(({ text }) => text.trim()),
    ...KEYED.flatMap((pattern) => matches(sources, pattern)),
  ].filter(isSerial);
  const distinct = [...new Set(found)].sort();
  return {
    words: new Map(
      distinct.map((serial, at) => [serial, `SERIAL-${String(at + 1).padStart(4, '0')}`]),
    ),
    notAfter: '[0-9A-Za-z]',
    notBefore: '[0-9A-Za-z]',
  };
}

function isSerial(text: string): boolean {
  return text.length >= SHORTEST && /\d/.test(text) && !PLACEHOLDER.test(text);
}
