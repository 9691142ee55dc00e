import type { ExitName } from '../../shared/exit.ts';
import type { Io } from '../../shared/io.ts';
import { loadPolicy, openSource, type SourceOptions } from '../source.ts';

export interface SnapshotOptions extends SourceOptions {
  scrub: boolean;
}

/** Records what the probes read into `folder`, so that replaying it gives the same report. */
export async function snapshot(
  folder: string,
  options: SnapshotOptions,
  io: Io,
): Promise<ExitName> {
  const { policy } = await loadPolicy(options);
  const source = await openSource(options, io);
  const { takeSnapshot } = await import('../snapshot.ts');
  const { probes } = await import('../probes/index.ts');
  const { VERSION } = await import('../../shared/version.ts');
  await takeSnapshot({
    folder,
    host: source.host,
    policy,
    probes,
    scrub: options.scrub,
    node: options.node,
    probePeers: options.probePeers,
    now: io.now(),
    version: VERSION,
    privileged: source.privileged ?? false,
  });
  io.err(`recorded into ${folder}; read it through for private data before you share it\n`);
  return 'open';
}
