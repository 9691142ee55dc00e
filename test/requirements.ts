import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'vitest';

/** The root of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A path below the reference material that stands beside the repository. */
export function reference(...path: string[]): string {
  return join(root, '..', 'shared', ...path);
}

/** What a test needs of its machine: whether it is there, and how to say so when not. */
export interface Requirement {
  met: boolean;
  reason: string;
}

/** The reference captures beside the repository; CI has them, a person's clone does not. */
export const captures: Requirement = {
  met: existsSync(reference('captures', 'MANIFEST.md')),
  reason: 'needs the reference captures beside the repository',
};

/** A program in the PATH of a Debian machine. */
export function program(name: string, debianPackage: string): Requirement {
  const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  const met = folders.some((folder) => isExecutable(join(folder, name)));
  return { met, reason: `needs ${name} (Debian package ${debianPackage})` };
}

/** Namespaces, loop devices and device nodes are for root alone. */
export const asRoot: Requirement = { met: process.getuid?.() === 0, reason: 'needs root' };

/** A /dev/kvm that opens for writing. */
export const kvmDevice: Requirement = { met: isWritable('/dev/kvm'), reason: 'needs /dev/kvm' };

/**
 * `describe`, when all requirements are met. When not: in CI a failing test that says why, else one
 * skipped test whose title says why; `npm test` prints the titles of all skipped tests at its end.
 */
export function describeWith(needs: Requirement[], title: string, body: () => void): void {
  const missing = needs.filter((need) => !need.met).map((need) => need.reason);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const reason = `${title} [left out: ${missing.join('; ')}]`;
  if (process.env.CI === 'true') {
    test(reason, () => {
      throw new Error(`not met in CI: ${missing.join('; ')}`);
    });
    return;
  }
  // the body is not even read: it may look into what is missing
  test.skip(reason, () => undefined);
}

function isExecutable(path: string): boolean {
  return existsSync(path) && statSync(path).isFile() && allowed(path, constants.X_OK);
}

function isWritable(path: string): boolean {
  return existsSync(path) && allowed(path, constants.R_OK | constants.W_OK);
}

function allowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
