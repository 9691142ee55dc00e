import type { Finding } from '../../shared/check.ts';
import type { Fleet } from '../../shared/fleet.ts';
import { globMatches } from '../../shared/glob.ts';
import { isOpen } from '../../shared/window.ts';

/** Of what nothing is announced now, as the policy's windows have it. */
export interface Silence {
  /** no window is open */
  isEmpty: boolean;
  ofNode(node: string): boolean;
  /** of any node that the cluster is to have */
  ofAny: boolean;
  /** one window is for every node that the cluster is to have */
  ofAll: boolean;
}

/** The windows that hold at the instant of the fleet. */
export function silenceOf({ policy, nodes, now }: Fleet): Silence {
  const open = policy.windows.filter((window) => isOpen(window, now));
  const expected = nodes.filter((one) => one.expected).map(({ node }) => node);
  const isIn = (window: (typeof open)[number], node: string) =>
    window.nodes.some((glob) => globMatches(glob, node));
  return {
    isEmpty: open.length === 0,
    ofNode: (node) => open.some((window) => isIn(window, node)),
    ofAny: open.some((window) => expected.some((node) => isIn(window, node))),
    ofAll:
      expected.length > 0 && open.some((window) => expected.every((node) => isIn(window, node))),
  };
}

/** Whether all that decides a verdict is of nodes that are worked on. */
export function isAllSilent(deciding: readonly Finding[], silence: Silence): boolean {
  const isSilent = ({ node }: Finding) => (node === null ? silence.ofAll : silence.ofNode(node));
  return deciding.length > 0 && deciding.every(isSilent);
}
