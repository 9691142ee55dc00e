/** The properties of a QEMU option: `tap,id=n0,vhost=on`, or the same as JSON. */
export type Properties = ReadonlyMap<string, string>;

/** The key of a first word that stands without one, as the `tap` above. */
export const FIRST = '';

/**
 * Properties by key. A word without a value is `on`, as QEMU has it; `,,` is a comma in a value;
 * what is nested in JSON gets a key with dots.
 */
export function parseProperties(text: string): Properties {
  if (text.startsWith('{')) return ofJson(text);
  const found = new Map<string, string>();
  for (const [at, word] of words(text).entries()) {
    const equals = word.indexOf('=');
    if (equals > 0) found.set(word.slice(0, equals), word.slice(equals + 1));
    else if (at === 0) found.set(FIRST, word);
    else found.set(word, 'on');
  }
  return found;
}

/** The text that `parseProperties` reads as just these properties. */
export function formatProperties(properties: Properties): string {
  const parts = [...properties].map(([key, value]) => {
    const escaped = value.replaceAll(',', ',,');
    return key === FIRST ? escaped : `${key}=${escaped}`;
  });
  return parts.join(',');
}

/** Whether a property is set and not to off. */
export function isOn(properties: Properties, key: string): boolean {
  const value = properties.get(key);
  return value !== undefined && !['off', 'no', 'false', 'n'].includes(value);
}

/** Splits at commas that stand alone: of two, one is part of the word. */
function words(text: string): string[] {
  return text.match(/(?:,,|[^,])+/g)?.map((word) => word.replaceAll(',,', ',')) ?? [];
}

function ofJson(text: string): Properties {
  try {
    return flattened(JSON.parse(text));
  } catch (error) {
    // QEMU would not have started with it: nothing can be taken out of it
    if (error instanceof SyntaxError) return new Map();
    throw error;
  }
}

/** Not by calling itself: how deep it is nested is up to whoever started the process. */
function flattened(root: unknown): Properties {
  const found = new Map<string, string>();
  const pending: { value: unknown; key: string }[] = [{ value: root, key: '' }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, key } = next;
    if (typeof value === 'object' && value !== null) {
      const within = Object.entries(value).map(([name, one]) => ({
        value: one,
        key: key === '' ? name : `${key}.${name}`,
      }));
      pending.push(...within.reverse());
    } else if (key !== '') {
      if (typeof value === 'boolean') found.set(key, value ? 'on' : 'off');
      else if (value !== null && value !== undefined) found.set(key, String(value));
    }
  }
  return found;
}
