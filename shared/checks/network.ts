import type { Check } from '../check.ts';
import { addressChecks } from './network/addresses.ts';
import { bondChecks } from './network/bonds.ts';
import { bootChecks } from './network/boot.ts';
import { bridgeChecks } from './network/bridges.ts';
import { secondaryChecks } from './network/secondary.ts';
import { uplinkChecks } from './network/uplinks.ts';

/** The bridges of guests, their uplinks, and the addresses of the node. */
export const networkChecks: Check[] = [
  ...bridgeChecks,
  ...bootChecks,
  ...uplinkChecks,
  ...bondChecks,
  ...addressChecks,
  ...secondaryChecks,
];
