import { describe, expect, test } from 'vitest';
import {
  formatApart,
  formatBytes,
  formatDuration,
  GIB,
  MIB,
  parseBytes,
  parseDuration,
  TIB,
} from '../../shared/units.ts';

describe('sizes', () => {
  test.each([
    ['20 GiB', 20 * GIB],
    ['20480 MiB', 20 * GIB],
    ['20480MiB', 20 * GIB],
    [' 1.5 TiB ', 1.5 * TIB],
    ['10 GB', 10e9],
    ['512 kB', 512_000],
    ['0 B', 0],
    ['20', null],
    ['20 G', null],
    ['20 gib', null],
    ['-1 GiB', null],
    ['1e3 MiB', null],
    ['1 GiB 5 MiB', null],
    ['', null],
  ])('parseBytes(%j) is %j', (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [MIB - 1, '1024 KiB'],
    [1.5 * GIB, '1.5 GiB'],
    [22 * GIB, '22 GiB'],
    [5000 * TIB, '5000 TiB'],
  ])('formatBytes(%j) is %j', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test.each([
    [10 * GIB - 1, 10 * GIB, '10737418239 B'],
    [10 * GIB, 10 * GIB, '10 GiB'],
    [9 * GIB, 10 * GIB, '9 GiB'],
  ])('formatApart(%j, %j) is %j', (bytes, other, text) => {
    expect(formatApart(bytes, other)).toBe(text);
  });
});

describe('durations', () => {
  test.each([
    ['15m', 900_000],
    ['2h30m', 9_000_000],
    ['2h 30m', 9_000_000],
    ['500ms', 500],
    ['1.5s', 1500],
    ['1d', 86_400_000],
    ['15', null],
    ['15 minutes', null],
    ['-5m', null],
    ['', null],
  ])('parseDuration(%j) is %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    [350, '350 ms'],
    [42_000, '42 s'],
    [900_000, '15 min'],
    [3_600_000 + 1000, '1 h'],
    [76 * 3_600_000, '3 d 4 h'],
  ])('formatDuration(%j) is %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
