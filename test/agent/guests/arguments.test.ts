import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guestName, parseArguments } from '../../../agent/guests/arguments.ts';
import { ParseError } from '../../../agent/host/host.ts';
import { guestArgumentsSchema } from '../../../shared/facts/guests.ts';
import { GIB, MIB } from '../../../shared/units.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

/** The text of /proc/PID/cmdline of a program that was started with these words. */
const commandLine = (...words: string[]) => words.map((word) => `${word}\0`).join('');
const parsed = (...words: string[]) =>
  guestArgumentsSchema.parse(parseArguments(commandLine('/usr/bin/kvm', ...words)));

const ctrl = '/var/run/ganeti/kvm-hypervisor/ctrl/web.example.org';
const disk = '/var/run/ganeti/instance-disks/web.example.org:0';

test('a guest of Ganeti 3.0', () => {
  const facts = parsed(
    ...['-name', 'web.example.org', '-m', '512', '-smp', '2,cores=2,threads=1,sockets=1'],
    ...['-pidfile', '/var/run/ganeti/kvm-hypervisor/pid/web.example.org', '-balloon', 'virtio'],
    ...['-daemonize', '-machine', 'pc-i440fx-7.2,accel=kvm', '-cpu', 'Nehalem,-sse4.2,enforce'],
    ...['-monitor', `unix:${ctrl}.monitor,server,nowait`, '-usb', '-vnc', '127.0.0.1:5100'],
    ...['-serial', `unix:${ctrl}.serial,server,nowait`, '-chroot', '/var/run/ganeti/root'],
    ...['-netdev', 'type=tap,id=nic-1,fd=10,vhost=on', '-runas', 'nobody'],
    ...['-device', 'virtio-net-pci,id=nic-1,addr=0xd,netdev=nic-1,mac=AA:00:00:11:22:33'],
    ...['-device', 'virtio-blk-pci,id=disk-1,addr=0xc,drive=disk-1', '-boot', 'c'],
    ...['-drive', `file=${disk},format=raw,if=none,aio=threads,cache=none,id=disk-1`],
    ...['-drive', 'file=/srv/iso/debian.iso,media=cdrom,format=raw,if=ide'],
    ...['-incoming', 'tcp:198.51.100.7:8102'],
  );
  const drive = { protocol: null, format: 'raw' };
  expect(facts).toEqual({
    program: '/usr/bin/kvm',
    name: 'web.example.org',
    cpu: 'Nehalem,-sse4.2,enforce',
    machine: 'pc-i440fx-7.2',
    acceleration: ['kvm'],
    memoryBytes: 512 * MIB,
    ...{ vcpus: 2, sockets: 1, cores: 2, threads: 1 },
    vnc: [{ address: '127.0.0.1', display: 5100, tls: false, password: false }],
    spice: [],
    serial: true,
    drives: [
      { ...drive, id: 'disk-1', kind: 'disk', path: disk, cache: 'none', aio: 'threads' },
      { ...drive, id: null, kind: 'cdrom', path: '/srv/iso/debian.iso', cache: null, aio: null },
    ],
    nics: [
      {
        ...{ id: 'nic-1', mac: 'aa:00:00:11:22:33', model: 'virtio-net-pci' },
        ...{ tap: null, bridge: null, vhost: true },
      },
    ],
    devices: ['virtio-blk-pci', 'virtio-net-pci'],
    ...{ kernelPath: null, initrdPath: null, memoryPath: null },
    incoming: 'tcp:198.51.100.7:8102',
    runAs: 'nobody',
    chroot: true,
    oldSocketFlags: true,
    options: [
      ...['balloon', 'boot', 'chroot', 'cpu', 'daemonize', 'device', 'drive', 'incoming', 'm'],
      ...['machine', 'monitor', 'name', 'netdev', 'pidfile', 'runas', 'serial', 'smp', 'usb'],
      'vnc',
    ],
  });
});

test('a guest in the words of a newer QEMU', () => {
  const facts = parsed(
    ...['--name', 'guest=web,debug-threads=on', '-accel', 'kvm', '-M', 'type=pc-q35-9.2,acpi=off'],
    ...['-m', 'size=2G,slots=4,maxmem=8G', '-smp', 'cores=2,sockets=2'],
    ...['-run-with', 'chroot=/x,user=guest1', '-qmp', `unix:${ctrl}.qmp,server=on,wait=off`],
    ...[
      '-blockdev',
      `{"driver":"raw","node-name":"d0","file":{"driver":"host_device",
        "filename":"${disk}","aio":"native","cache":{"direct":true}}}`,
    ],
    ...['-blockdev', 'driver=raw,node-name=c0,file.driver=file,file.filename=/srv/iso/a,,b.iso'],
    ...['-device', 'scsi-cd,drive=c0', '-device', '{"driver":"virtio-blk-pci","drive":"d0"}'],
    ...['-netdev', 'tap,id=n0,ifname=tap7,br=br0', '-incoming', 'defer', '-serial', 'none'],
  );
  expect(facts).toMatchObject({
    name: 'web',
    machine: 'pc-q35-9.2',
    acceleration: ['kvm'],
    memoryBytes: 2 * GIB,
    ...{ vcpus: 4, sockets: 2, cores: 2, threads: null },
    ...{ incoming: 'defer', runAs: 'guest1', chroot: true, oldSocketFlags: false, serial: false },
    drives: [
      { id: 'd0', kind: 'disk', path: disk, format: 'raw', cache: 'none', aio: 'native' },
      { id: 'c0', kind: 'cdrom', path: '/srv/iso/a,b.iso', format: 'raw', cache: null },
    ],
    nics: [{ id: 'n0', mac: null, model: null, tap: 'tap7', bridge: 'br0', vhost: false }],
    devices: ['scsi-cd', 'virtio-blk-pci'],
  });
});

test('what is not said is not made up', () => {
  expect(parsed()).toEqual({
    program: '/usr/bin/kvm',
    ...{ name: null, cpu: null, machine: null, acceleration: [], memoryBytes: null },
    ...{ vcpus: null, sockets: null, cores: null, threads: null, vnc: [], spice: [] },
    ...{ serial: false, drives: [], nics: [], devices: [], kernelPath: null, initrdPath: null },
    ...{ memoryPath: null, incoming: null, runAs: null, chroot: false, oldSocketFlags: false },
    options: [],
  });
});

describe('consoles', () => {
  test.each([
    ['0.0.0.0:5100', { address: '0.0.0.0', display: 5100, tls: false, password: false }],
    [':5100', { address: '', display: 5100, tls: false, password: false }],
    ['[::]:3,password', { address: '::', display: 3, tls: false, password: true }],
    ['h:3,tls,x509=/p,password=off', { address: 'h', display: 3, tls: true, password: false }],
    ['h:3,tls-creds=t0,sasl=on', { address: 'h', display: 3, tls: true, password: true }],
    ['unix:/run/a.vnc', { address: null, display: null, tls: false, password: false }],
  ])('VNC %s', (value, expected) => {
    expect(parsed('-vnc', value).vnc).toEqual([expected]);
    expect(parsed('-display', `vnc=${value}`).vnc).toEqual([expected]);
  });

  test.each([['none'], ['']])('VNC "%s" is none', (value) => {
    expect(parsed('-vnc', value).vnc).toEqual([]);
  });

  test.each([
    [
      'addr=127.0.0.1,port=11000,disable-ticketing',
      { address: '127.0.0.1', tls: false, password: false, ports: [11_000] },
    ],
    [
      'tls-port=11001,port=11000',
      { address: '', tls: true, password: true, ports: [11000, 11001] },
    ],
    [
      'unix=on,addr=/run/s,disable-ticketing=off',
      { address: null, tls: false, password: true, ports: [] },
    ],
  ])('SPICE %s', (value, expected) => {
    expect(parsed('-spice', value).spice).toEqual([expected]);
  });
});

describe('sizes and counts', () => {
  test.each([
    ['128', 128 * MIB],
    ['1024M', 1024 * MIB],
    ['2g', 2 * GIB],
    ['4096,maxmem=8G', 4 * GIB],
  ])('-m %s', (value, expected) => expect(parsed('-m', value).memoryBytes).toBe(expected));

  test.each([
    ['-m', 'much'],
    ['-m', ''],
    ['-m', '-5'],
    ['-smp', '0'],
    ['-smp', 'two'],
    ['-smp', '1.5'],
  ])('%s "%s" is refused', (option, value) => {
    expect(() => parsed(option, value)).toThrow(ParseError);
  });
});

describe('a damaged command line', () => {
  test.each([
    ['an empty one', ''],
    ['one that is cut off in a word', '/usr/bin/kvm\0-name\0we'],
    ['one that is cut off before a value', '/usr/bin/kvm\0-name\0'],
  ])('%s is refused', (_what, text) => {
    expect(() => parseArguments(text)).toThrow(ParseError);
  });

  test('words that belong to no option, and unknown options, tell nothing', () => {
    const facts = parsed('stray', '-nonsense', 'hunter2', '-S', '\u{fffd}\u{1}', '-m', '128');
    expect(facts).toEqual({ ...parsed('-m', '128'), options: ['S', 'm'] });
  });

  test('a very long one is read as well', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ['-device', `pci-bridge,id=b${at}`]);
    expect(parsed(...many.flat()).devices).toEqual(['pci-bridge']);
  });
});

describe('the name', () => {
  test.each([
    [commandLine('/usr/bin/kvm', '-name', 'web.example.org', '-m', '1'), 'web.example.org'],
    [commandLine('/usr/bin/kvm', '-name', 'guest=web,process=x'), 'web'],
    [commandLine('/usr/bin/sleep', '9'), null],
    ['sshd: root@pts/0', null],
    [commandLine('/usr/bin/find', '-name'), null],
    ['', null],
  ])('of %j is %j', (text, name) => expect(guestName(text)).toBe(name));
});

describeWith([captures], 'real guests of Ganeti 3.0.2', () => {
  const folder = reference('captures', 'real-ganeti-3.0.2', 'operations');
  const started = readdirSync(folder).filter((name) => name.startsWith('start-cpu-'));
  const lines = started.flatMap((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const line = text.split('\n').find((one) => one.startsWith('/usr/bin/kvm '));
    return line === undefined ? [] : [[name, line] as const];
  });

  test('are eight', () => expect(lines).toHaveLength(8));

  test.each(lines)('%s', (name, line) => {
    const facts = parseArguments(commandLine(...line.trim().split(' ')));
    const cpu = /-cpu (\S+)/.exec(line)?.[1] ?? null;
    expect(cpu === null).toBe(name === 'start-cpu-default.txt');
    expect(facts).toMatchObject({
      ...{ cpu, name: 'vm2.example.org', machine: 'pc-i440fx-7.2', memoryBytes: 128 * MIB },
      ...{ vcpus: 1, oldSocketFlags: true, serial: false, incoming: null, chroot: false },
      nics: [{ mac: 'aa:00:00:d7:2c:37', model: 'virtio-net-pci' }],
      drives: [{ kind: 'disk', path: '/var/run/ganeti/instance-disks/vm2.example.org:0' }],
    });
  });

  test('and what an older runtime file holds', () => {
    const file = reference('captures', 'ganeti-test-data', 'kvm_runtime.json');
    const [words]: unknown[][] = JSON.parse(readFileSync(file, 'utf8'));
    const facts = parseArguments(commandLine(...(words ?? []).map(String)));
    expect(facts).toMatchObject({
      ...{ name: 'xen-test-inst2', machine: 'pc-1.1', memoryBytes: GIB, serial: true },
      vnc: [{ address: '', display: 5100, tls: false, password: false }],
    });
    expect(facts.options).toEqual(expect.arrayContaining(['balloon', 'usbdevice']));
  });
});
