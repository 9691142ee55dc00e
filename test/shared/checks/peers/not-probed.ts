import type { Case } from '../verdict.ts';

const unprobed = {
  probed: false as const,
  mtus: undefined,
  paths: undefined,
  leftOut: undefined,
  cluster: undefined,
};
/** What every check of peers says when the agent was not told to try them. */
export const notProbed: Case = {
  sections: { peers: { facts: unprobed } },
  says: 'skip: not probed: run the agent with --probe-peers',
};
