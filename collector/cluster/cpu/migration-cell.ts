import { compareVersions } from '../../../shared/cpu/versions.ts';
import type { MachineType } from '../../../shared/facts/qemu.ts';
import { listed } from '../../../shared/wording.ts';
import { defaultOf } from '../machine-version.ts';
import type { Kind } from './evidence.ts';
import { hostModel } from './host-model.ts';
import { isHostType, runsCpuType } from './runs-type.ts';

/** One class of nodes as an end of a migration. */
export interface End {
  kind: Kind;
  /** null: not known */
  machines: readonly MachineType[] | null;
}

export type ReasonCode =
  | 'evidence'
  | 'vendor'
  | 'model'
  | 'features'
  | 'host'
  | 'machine'
  | 'qemu-older'
  | 'address-sizes';

export interface Reason {
  code: ReasonCode;
  /** `unknown` reasons leave the cell undecided, when no other one refuses it */
  verdict: 'not' | 'unknown';
  text: string;
}

export interface Cell {
  verdict: 'ok' | 'not' | 'unknown';
  reasons: Reason[];
}

export interface GuestType {
  cpuType: string;
  /** the configured machine type; null: the default of the QEMU a guest is started with */
  machineVersion: string | null;
}

/** Physical address bits a guest of a named model sees, whatever the host has. */
const GUEST_ADDRESS_BITS = 40;

/** Whether a guest of this type, started on `from`, can move to `to` while it runs. */
export function migrationCell(from: End, to: End, guest: GuestType): Cell {
  const reasons = [
    ...vendorReasons(from, to),
    ...typeReasons(from, 'source', guest.cpuType),
    ...(from === to ? [] : typeReasons(to, 'target', guest.cpuType)),
    ...hostReasons(from, to, guest.cpuType),
    ...machineReasons(from, to, guest.machineVersion),
    ...qemuReasons(from, to),
    ...addressReasons(from, to, guest.cpuType),
  ];
  if (reasons.some(({ verdict }) => verdict === 'not')) return { verdict: 'not', reasons };
  return { verdict: reasons.length > 0 ? 'unknown' : 'ok', reasons };
}

function not(code: ReasonCode, text: string): Reason[] {
  return [{ code, verdict: 'not', text }];
}

function unknown(code: ReasonCode, text: string): Reason[] {
  return [{ code, verdict: 'unknown', text }];
}

function vendorReasons({ kind: a }: End, { kind: b }: End): Reason[] {
  if (a.models.evidence === 'none' || b.models.evidence === 'none') return [];
  const [one, other] = [a.models.vendor, b.models.vendor];
  return one === other ? [] : not('vendor', `from ${one} to ${other}: unsafe for a running guest`);
}

function typeReasons({ kind }: End, side: string, cpuType: string): Reason[] {
  const { models } = kind;
  if (models.evidence === 'none') return unknown('evidence', `${side}: ${models.reason}`);
  const { verdict, modelUnknown, missing, unknown: open } = runsCpuType(models, cpuType);
  if (modelUnknown) return not('model', `${side}: its QEMU does not know the model`);
  if (verdict === 'not') return not('features', `${side} lacks ${listed(missing)}`);
  return verdict === 'unknown' ? unknown('features', `${side}: ${listed(open)} not known`) : [];
}

function hostReasons(from: End, to: End, cpuType: string): Reason[] {
  if (!isHostType(cpuType) || from === to) return [];
  const { allowed, unequal } = hostModel([from.kind.host, to.kind.host]);
  if (allowed) return [];
  const which = `host is another CPU there: ${listed(unequal)}`;
  return allowed === null ? unknown('host', which) : not('host', which);
}

function machineReasons(from: End, to: End, configured: string | null): Reason[] {
  if (from === to) return [];
  const machine = configured ?? (from.machines && defaultOf(from.machines));
  if (machine === null) return unknown('machine', 'the machine type of the source is not known');
  if (to.machines === null) return unknown('machine', 'machine types of the target not known');
  if (to.machines.some(({ name }) => name === machine)) return [];
  return not('machine', `target: its QEMU has no machine type ${machine}`);
}

function qemuReasons({ kind: a }: End, { kind: b }: End): Reason[] {
  if (a.models.evidence === 'none' || b.models.evidence === 'none') return [];
  const [source, target] = [a.models.qemu, b.models.qemu];
  if (!source || !target) return unknown('qemu-older', 'the versions of QEMU are not known');
  // point releases of one version migrate both ways
  if (compareVersions(target.slice(0, 2), source.slice(0, 2)) >= 0) return [];
  const step = `from QEMU ${source.join('.')} to ${target.join('.')}`;
  return not('qemu-older', `${step}: moving to an older QEMU is not promised to work`);
}

function addressReasons(from: End, to: End, cpuType: string): Reason[] {
  const [source, target] = [addressBits(from), addressBits(to)];
  if (source === null || target === null || isHostType(cpuType)) return [];
  if (target >= Math.min(source, GUEST_ADDRESS_BITS)) return [];
  return not('address-sizes', `physical addresses of ${source} bits there, ${target} here`);
}

function addressBits({ kind }: End): number | null {
  return kind.host.cpu?.kinds[0]?.physicalAddressBits ?? null;
}
