import { describe, expect, test } from 'vitest';
import { allowedCommandLine } from '../../../agent/guests/allowed.ts';
import { parseArguments } from '../../../agent/guests/arguments.ts';
import { ParseError } from '../../../agent/host/host.ts';

const commandLine = (...words: string[]) => words.map((word) => `${word}\0`).join('');

describe('secrets', () => {
  const planted = 'S3kr1t';
  const words = [
    ...['-name', `web,process=${planted}`, '-object', `secret,id=s0,data=${planted}`],
    ...['-object', `{"qom-type":"secret","data":"${planted}"}`, '-append', `ro pw=${planted}`],
    ...['-spice', `addr=127.0.0.1,password=${planted},port=5900,tls-ciphers=${planted}`],
    ...['-vnc', `127.0.0.1:1,password=${planted},password-secret=${planted}`],
    ...['-display', `vnc=:2,password=${planted}`, '-display', planted],
    ...['-drive', `file=https://root:${planted}@example.org/a.iso,password-secret=${planted}`],
    ...['-drive', `file=rbd:pool/vm1:id=admin:key=${planted},id=d1,secret.data=${planted}`],
    ...['-drive', `file=json:{"key":"${planted}"}`, '-drive', planted],
    ...['-blockdev', `{"driver":"rbd","key":"${planted}","file":{"password":"${planted}"}}`],
    ...['-blockdev', `{"driver":"rbd","key":"${planted}`, '-cdrom', `ftp://a:${planted}@h/x`],
    ...['-fw_cfg', `name=opt/x,string=${planted}`, '-smbios', `type=1,serial=${planted}`],
    ...['-device', `virtio-blk-pci,serial=${planted},drive=d1`, '-uuid', planted],
    ...['-machine', `pc,kernel-key=${planted}`, '-accel', `kvm,x=${planted}`],
    ...['-chardev', `socket,id=c,host=${planted}`, '-serial', `tcp:${planted}:1,server`],
    ...['-qmp', `${planted}:a`, '-monitor', planted, '-netdev', `user,id=n,guestfwd=${planted}`],
    ...['-incoming', `exec:cat ${planted}`, '-kernel', planted, '-initrd', `${planted}:x`],
    ...['-run-with', `chroot=/${planted}`, '-chroot', `/${planted}`, '-k', planted],
    ...[`-${planted}`, planted, '-unheard-of', planted, planted, '-D', planted],
    ...['-m', `128,x=${planted}`, '-smp', `1,x=${planted}`, '-balloon', planted],
  ];
  const text = commandLine(planted, ...words);

  test('do not get into the facts', () => {
    const facts = parseArguments(text);
    expect(JSON.stringify(facts)).not.toContain(planted);
    expect(facts).toMatchObject({
      ...{ program: null, name: 'web', machine: 'pc', incoming: 'exec:', kernelPath: 'unnamed:' },
      drives: [{ protocol: 'https' }, { protocol: 'rbd' }, { protocol: 'json' }, ...rest(4)],
      vnc: [{ password: true }, { password: true }],
      spice: [{ password: true, ports: [5900] }],
    });
    expect(facts.drives.at(-1)).toMatchObject({ kind: 'cdrom', path: null, protocol: 'ftp' });
  });

  test('do not get past the list of what is let through, from which the facts are the same', () => {
    const kept = allowedCommandLine(text);
    expect(kept).not.toContain(planted);
    expect(allowedCommandLine(kept)).toBe(kept);
    expect(parseArguments(kept)).toEqual(parseArguments(text));
  });

  test('do not get into an error', () => {
    for (const cut of [text.slice(0, -1), commandLine('kvm', `-${planted}`)]) {
      expect(() => parseArguments(cut)).toThrow(ParseError);
      expect(() => parseArguments(cut)).not.toThrow(planted);
    }
  });

  function rest(count: number) {
    return Array.from({ length: count }, () => expect.anything());
  }
});
