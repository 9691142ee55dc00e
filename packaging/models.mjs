// Makes shared/cpu/models/qemu-X.Y.json from the QEMU installed: `npm run models`, or
// `node packaging/models.mjs --qemu PATH --out FOLDER`. It needs a /dev/kvm: which features a model
// asks for depends on the accelerator (KVM adds x2apic, drops svm and monitor, puts the host's
// vendor in place of the model's), but not on the host. So features come from KVM, identity from TCG.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const SESSION_LIMIT_MS = 120_000;

const { values: options } = parseArgs({
  options: {
    qemu: { type: 'string', default: 'qemu-system-x86_64' },
    out: { type: 'string', default: modelsFolder() },
  },
});

const flags = recognisedFlags(options.qemu);
const kvm = await askModels(options.qemu, 'kvm');
const tcg = await askModels(options.qemu, 'tcg');
const table = {
  schema: 1,
  qemu: kvm.version,
  package: kvm.package,
  aliases: kvm.aliases,
  flags: [...flags]
    .filter((name) => isFeature(name, flags))
    .sort(byCodePoint)
    .join(' '),
  models: Object.keys(kvm.expansions)
    .sort(byCodePoint)
    .map((name) => modelEntry(name, kvm, tcg, flags)),
  machines: kvm.machines,
};
mkdirSync(options.out, { recursive: true });
const file = join(options.out, `qemu-${kvm.version.split('.').slice(0, 2).join('.')}.json`);
writeFileSync(file, onePerLine(table));
console.log(`${file}: ${table.models.length} models of QEMU ${kvm.version} (${kvm.package})`);

function modelsFolder() {
  return fileURLToPath(new URL('../shared/cpu/models', import.meta.url));
}

function recognisedFlags(qemu) {
  const help = execFileSync(qemu, ['-cpu', 'help'], {
    encoding: 'utf8',
    timeout: SESSION_LIMIT_MS,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [, list] = help.split('Recognized CPUID flags:');
  if (list === undefined) throw new Error(`${qemu} -cpu help lists no flags`);
  return new Set(list.split(/\s+/).filter((word) => word !== ''));
}

async function askModels(qemu, accelerator) {
  const session = openSession(qemu, accelerator);
  const { qemu: version, package: packageName } = (await session.greeting).QMP.version;
  await session.ask('qmp_capabilities');
  const definitions = await session.ask('query-cpu-definitions');
  const machines = await session.ask('query-machines');
  const versioned = definitions.filter((one) => one['alias-of'] === undefined && !isHost(one.name));
  const expansions = {};
  for (const { name, deprecated } of versioned) {
    const fixed = await session.ask('query-cpu-model-expansion', expansion('static', name));
    const full = await session.ask('query-cpu-model-expansion', expansion('full', name));
    expansions[name] = { deprecated, fixed: fixed.model.props, full: full.model.props };
  }
  await session.ask('quit');
  return {
    version: `${version.major}.${version.minor}.${version.micro}`,
    package: packageName,
    aliases: aliasesOf(definitions),
    machines: machines
      .filter(({ name }) => name !== 'none')
      .flatMap(machineEntries)
      .sort(byName),
    expansions,
  };
}

// max and host mean "whatever this host offers": they have no features of their own.
function isHost(name) {
  return name === 'max' || name === 'host';
}

function expansion(type, name) {
  return { type, model: { name } };
}

function openSession(qemu, accelerator) {
  const child = spawn(
    qemu,
    ['-machine', 'none', '-accel', accelerator].concat([
      '-S',
      '-nodefaults',
      '-display',
      'none',
      '-qmp',
      'stdio',
    ]),
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, LC_ALL: 'C' } },
  );
  const limit = setTimeout(() => child.kill('SIGKILL'), SESSION_LIMIT_MS);
  const waiting = [];
  const replies = createInterface({ input: child.stdout });
  const next = () => new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  const greeting = next();
  replies.on('line', (line) => {
    const reply = JSON.parse(line);
    if (reply.event === undefined) waiting.shift()?.resolve(reply);
  });
  const end = (error) => {
    clearTimeout(limit);
    for (const { reject } of waiting) reject(error);
  };
  child.on('error', end);
  child.on('exit', (code) => end(new Error(`${qemu} ended with exit code ${code}`)));
  const ask = async (execute, args) => {
    const reply = next();
    child.stdin.write(`${JSON.stringify({ execute, ...(args && { arguments: args }) })}\n`);
    const { return: answer, error } = await reply;
    if (error) throw new Error(`${execute}: ${error.desc}`);
    return answer;
  };
  return { greeting, ask };
}

function aliasesOf(definitions) {
  const pairs = definitions
    .filter((one) => one['alias-of'] !== undefined)
    .map((one) => [one.name, one['alias-of']])
    .sort(([a], [b]) => byCodePoint(a, b));
  return Object.fromEntries(pairs);
}

// As `-machine help` does: an alias stands as a machine of its own.
function machineEntries(machine) {
  const { name, alias, deprecated = false } = machine;
  const own = { name, aliasOf: null, isDefault: machine['is-default'] === true, deprecated };
  if (alias === undefined) return [own];
  return [{ name: alias, aliasOf: name, isDefault: false, deprecated }, own];
}

function modelEntry(name, kvm, tcg, flags) {
  const { fixed, deprecated } = kvm.expansions[name];
  const identity = tcg.expansions[name].full;
  const features = Object.keys(fixed).filter((key) => fixed[key] === true && isFeature(key, flags));
  return {
    name,
    vendor: vendorOf(identity.vendor),
    family: identity.family,
    model: identity.model,
    deprecated: deprecated === true,
    features: features.sort(byCodePoint).join(' '),
  };
}

// Paravirtual features come from KVM and QEMU, not from the CPU.
function isFeature(key, flags) {
  return flags.has(key) && !/^(kvm|hv|xen|vmx-)/.test(key);
}

// "base" has twelve NUL characters for a vendor.
function vendorOf(text) {
  return /^[A-Za-z]{12}$/.test(text ?? '') ? text : null;
}

function byCodePoint(a, b) {
  return a < b ? -1 : Number(a > b);
}

function byName(a, b) {
  return byCodePoint(a.name, b.name);
}

// One model and one machine a line: a new QEMU release is then a readable difference.
function onePerLine({ models, machines, ...rest }) {
  const list = (entries) =>
    `[\n${entries.map((entry) => `  ${JSON.stringify(entry)}`).join(',\n')}\n]`;
  const head = JSON.stringify(rest).slice(0, -1);
  return `${head},\n"models": ${list(models)},\n"machines": ${list(machines)}\n}\n`;
}
