import type { GuestArguments } from '../../shared/facts/guests.ts';
import type { Option } from './options.ts';
import { FIRST, isOn, type Properties, parseProperties } from './properties.ts';

/** The VNC displays of a guest: where each listens and what it asks for. */
export function vncOf(options: readonly Option[]): GuestArguments['vnc'] {
  const given = options.flatMap(({ name, value }) => {
    if (name === 'vnc') return [value ?? ''];
    // the longer way to say the same
    return name === 'display' && value?.startsWith('vnc=') ? [value.slice('vnc='.length)] : [];
  });
  return given.map(parseProperties).flatMap((found) => {
    const place = found.get(FIRST) ?? '';
    return place === 'none' || place === '' ? [] : [{ ...placeOf(place), ...askedOf(found) }];
  });
}

/** The SPICE servers of a guest. */
export function spiceOf(options: readonly Option[]): GuestArguments['spice'] {
  return options
    .filter(({ name }) => name === 'spice')
    .map(({ value }) => parseProperties(value ?? ''))
    .map((found) => ({
      address: isOn(found, 'unix') ? null : (found.get('addr') ?? ''),
      tls: found.has('tls-port'),
      password: !isOn(found, 'disable-ticketing'),
      ports: ['port', 'tls-port'].flatMap((key) => portOf(found.get(key))),
    }));
}

/** `127.0.0.1:5100`, `[::1]:5100`, `:5100`, `unix:/path`. */
function placeOf(place: string): Pick<GuestArguments['vnc'][number], 'address' | 'display'> {
  if (place.startsWith('unix:')) return { address: null, display: null };
  const match = /^(.*):(\d{1,5})$/.exec(place);
  const address = (match?.[1] ?? place).replace(/^\[(.*)\]$/, '$1');
  return { address, display: match ? Number(match[2]) : null };
}

/** Ganeti gives TLS as `tls` up to 3.0 and as credentials since. */
function askedOf(found: Properties): { tls: boolean; password: boolean } {
  const any = (...keys: string[]) => keys.some((key) => isOn(found, key));
  return { tls: any('tls', 'tls-creds'), password: any('password', 'password-secret', 'sasl') };
}

function portOf(text: string | undefined): number[] {
  return text !== undefined && /^\d{1,5}$/.test(text) ? [Number(text)] : [];
}
