import type { Check } from '../check.ts';
import { consoles, spice, vnc } from './security/consoles.ts';
import { guestUser } from './security/guest-user.ts';
import { modes, mond, rapi } from './security/services.ts';

/** Who else may get at a node of a running cluster, and at its guests. */
export const securityChecks: Check[] = [vnc, spice, consoles, rapi, mond, modes, guestUser];
