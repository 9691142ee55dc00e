import type { Target } from './target.ts';
import { coreTargets } from './targets-of-core.ts';
import { ganetiTargets } from './targets-of-ganeti.ts';
import { hostTargets } from './targets-of-host.ts';
import { networkTargets } from './targets-of-network.ts';

/** Every parser of both programs. */
export const targets: readonly Target[] = [
  ...hostTargets,
  ...networkTargets,
  ...ganetiTargets,
  ...coreTargets,
];
