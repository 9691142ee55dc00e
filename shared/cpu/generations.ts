/** Processor generations, oldest first, by the name QEMU's models carry. */
const intel = words(`
  Conroe Penryn Nehalem Westmere SandyBridge IvyBridge Haswell Broadwell Skylake-Client
  Skylake-Server Cascadelake-Server Cooperlake Icelake-Server SapphireRapids GraniteRapids
  DiamondRapids
`);
const atom = words('Denverton Snowridge SierraForest ClearwaterForest');
const amd = words(`
  Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 EPYC EPYC-Rome EPYC-Milan EPYC-Genoa
  EPYC-Turin
`);
const lines = [intel, atom, amd, ['Dhyana'], ['YongFeng']];

/** Models of no vendor: they run anywhere and offer nothing that a CPU of this century lacks. */
export const genericModels: readonly string[] = ['kvm64', 'qemu64', 'kvm32', 'qemu32'];

const legacy = new Set(
  words(`
    486 pentium pentium2 pentium3 athlon coreduo core2duo n270 phenom qemu32 kvm32 base KnightsMill
    Icelake-Client max host
  `),
);

/** Models never recommended: of the last century, 32 bits, withdrawn, or not a fixed CPU at all. */
export function isLegacy(model: string): boolean {
  return legacy.has(baseName(model));
}

/** Whether a model belongs to no vendor's generations. */
export function isGeneric(model: string): boolean {
  return genericModels.includes(baseName(model));
}

/** `Skylake-Server-v2` is a `Skylake-Server`. */
export function baseName(model: string): string {
  return model.replace(/-v\d+$/, '');
}

/** 2 of `Skylake-Server-v2`; 0 of a name without a version. */
export function versionNumber(model: string): number {
  return Number(/-v(\d+)$/.exec(model)?.[1] ?? 0);
}

/** The place of a model in its line, 1 the oldest; 0 for generic models and unknown ones. */
export function generation(model: string): number {
  const base = baseName(model);
  return Math.max(...lines.map((line) => line.indexOf(base))) + 1;
}

type Signature = readonly [family: number, models: readonly number[], base: string];

const intelSignatures: readonly Signature[] = [
  [6, [15, 22], 'Conroe'],
  [6, [23, 29], 'Penryn'],
  [6, [26, 30, 31, 46], 'Nehalem'],
  [6, [37, 44, 47], 'Westmere'],
  [6, [42, 45], 'SandyBridge'],
  [6, [58, 62], 'IvyBridge'],
  [6, [60, 63, 69, 70], 'Haswell'],
  [6, [61, 71, 79, 86], 'Broadwell'],
  [6, [78, 94, 142, 158], 'Skylake-Client'],
  [6, [106, 108], 'Icelake-Server'],
  [6, [143, 207], 'SapphireRapids'],
  [6, [173, 174], 'GraniteRapids'],
  [6, [95], 'Denverton'],
  [6, [134], 'Snowridge'],
  [6, [175], 'SierraForest'],
];

/** The generation a CPU belongs to by its family and model number, or null when we do not know. */
export function generationOfCpu(cpu: {
  vendor: string | null;
  family: number | null;
  model: number | null;
  stepping: number | null;
}): string | null {
  const { family, model } = cpu;
  if (family === null || model === null) return null;
  if (cpu.vendor === 'AuthenticAMD') return amdGeneration(family, model);
  if (cpu.vendor === 'HygonGenuine') return family === 24 ? 'Dhyana' : null;
  if (cpu.vendor !== 'GenuineIntel') return null;
  if (family === 6 && model === 85) return skylakeFamily(cpu.stepping);
  const found = intelSignatures.find(([of, models]) => of === family && models.includes(model));
  return found?.[2] ?? null;
}

// Three generations of servers share family 6 model 85; the stepping tells them apart.
function skylakeFamily(stepping: number | null): string | null {
  if (stepping === null) return null;
  if (stepping <= 4) return 'Skylake-Server';
  return stepping <= 7 ? 'Cascadelake-Server' : 'Cooperlake';
}

function amdGeneration(family: number, model: number): string | null {
  if (family === 16) return 'Opteron_G3';
  if (family === 21) return model < 2 ? 'Opteron_G4' : 'Opteron_G5';
  if (family === 23) return model < 0x30 ? 'EPYC' : 'EPYC-Rome';
  if (family === 26) return 'EPYC-Turin';
  if (family !== 25) return null;
  const zen4 = (model >= 0x10 && model < 0x20) || (model >= 0x60 && model < 0xb0);
  return zen4 ? 'EPYC-Genoa' : 'EPYC-Milan';
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
