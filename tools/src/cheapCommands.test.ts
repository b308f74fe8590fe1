import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appNames, cliOf } from './apps.ts';
import { appOptions } from './sourceOptions.ts';

/** What takes long to load and is needed only for work. */
const heavy = /node_modules\/(@tensorflow|echarts|nsfwjs|onnxruntime-[a-z]+|protobufjs|sharp)\//;

/** The files of JavaScript that a program loads, as V8's coverage lists them. */
function loadedBy(app: string, words: readonly string[]): { code: number; files: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'));
  try {
    const { status } = spawnSync(process.execPath, [...appOptions, cliOf(app), ...words], {
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    });
    const files = readdirSync(folder).flatMap((name) => {
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        result: readonly { url: string }[];
      };
      return result.map(({ url }) => url);
    });
    return { code: status ?? -1, files };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(appNames())('%s', (app) => {
  it.each([
    ['--help', 0],
    ['train --dry-run', 0],
    ['train --epochs none', 2],
  ])('loads nothing for %s that only work needs', (words, expected) => {
    const { code, files } = loadedBy(app, words.split(' '));
    expect(code).toBe(expected);
    // The list is complete enough to hold what it must.
    expect(files.filter((file) => file.endsWith(`${app}/src/cli.ts`))).toHaveLength(1);
    expect(files.some((file) => file.includes('node_modules/commander/'))).toBe(true);
    expect(files.filter((file) => heavy.test(file))).toEqual([]);
  });
});

it('sees what work loads', () => {
  const { files } = loadedBy(appNames()[0]!, ['doctor', '--run', 'no-such-run']);
  expect(files.some((file) => heavy.test(file))).toBe(true);
});
