import { z } from 'zod';
import { readingOf } from '../reading.ts';

/** How a TCP connection went: `refused` is an answer of the host, that nobody listens there. */
export const connectOutcomes = [
  'open',
  'refused',
  'timed_out',
  'unreachable',
  'no_source_address',
] as const;

export const connectionSchema = z.strictObject({
  outcome: z.enum(connectOutcomes),
  tookMs: z
    .number()
    .nonnegative()
    .meta({ volatile: true })
    .describe('until the answer, the least of the tries'),
});

export const portSchema = z.strictObject({
  port: z.int(),
  answer: readingOf(connectionSchema),
});

export const roles = ['primary', 'secondary'] as const;

export const pathSchema = z.strictObject({
  peer: z.string().describe("name of the node in the agent's policy"),
  role: z.enum(roles),
  source: z.string().describe("the node's own address in this role"),
  address: z.string().describe("the peer's address in this role"),
  ports: z.array(portSchema),
  pingMs: readingOf(z.number().nonnegative().nullable().meta({ volatile: true }))
    .nullable()
    .describe('least of three round trips; null: none came back, or no port answered'),
  jumbo: z
    .strictObject({
      mtuBytes: z.int().describe('of the interface that holds the source'),
      large: readingOf(z.boolean()).describe('a ping of that size, not fragmented, came back'),
      small: readingOf(z.boolean())
        .nullable()
        .describe('one of 1500 bytes came back; null: not tried, as the large one did'),
    })
    .nullable()
    .describe('null: no port answered, or the own interface is not known to carry over 1500 bytes'),
});

const mtuBytes = z.int().nonnegative().nullable();

/** Without `--probe-peers` no peer is contacted, and that is all this section says. */
export const peersSchema = z.discriminatedUnion('probed', [
  z.strictObject({ probed: z.literal(false) }),
  z.strictObject({
    probed: z.literal(true),
    mtus: readingOf(z.strictObject({ primary: mtuBytes, secondary: mtuBytes })).describe(
      'of the interface that holds the own address of the role; null: no interface holds one',
    ),
    paths: z.array(pathSchema).describe('what was tried; a peer without an address is not'),
    leftOut: z.int().nonnegative().describe('peers over the number that one run contacts'),
    cluster: z
      .strictObject({ address: z.string(), ports: z.array(portSchema) })
      .nullable()
      .describe('who answers on the cluster address; null: the policy has none, or no source'),
  }),
]);

export type Role = (typeof roles)[number];
export type Connection = z.infer<typeof connectionSchema>;
export type PortAnswer = z.infer<typeof portSchema>;
export type PeerPath = z.infer<typeof pathSchema>;
export type PeersFacts = z.infer<typeof peersSchema>;
export type ProbedPeers = Extract<PeersFacts, { probed: true }>;

/** Whether anything answered on a port: that nobody listens there is an answer of the host. */
export function answered({ outcome }: Connection): boolean {
  return outcome === 'open' || outcome === 'refused';
}

/** Whether anything answered on any of the ports; not tried is no answer. */
export function answersAtAll({ ports }: { ports: readonly PortAnswer[] }): boolean {
  return ports.some(({ answer }) => answer.status === 'ok' && answered(answer.value));
}
