import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasNvidiaDriver } from '@gan-zoo/compiler';
import { runCli } from '@gan-zoo/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPage } from './formatPage.ts';
import { gpuCheckCommand } from './gpuCheckCommand.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpu-check-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function gpuCheck(...words: string[]) {
  const [stdout, stderr] = [[] as string[], [] as string[]];
  const stream = (lines: string[]) => ({ write: (text: string) => Boolean(lines.push(text)) });
  const code = await runCli({
    name: 'tools',
    description: 'Tools.',
    version: '1.0.0',
    commands: [gpuCheckCommand],
    argv: ['gpu-check', ...words],
    env: {},
    stdout: stream(stdout),
    stderr: stream(stderr),
    workingFolder: folder,
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** The cells of the table's row that begins with these. */
function cellsOf(page: string, section: string, ...labels: string[]): string[] {
  const table = page.split(`## ${section}\n`)[1]!.split('\n## ')[0]!;
  const start = `| ${labels.join(' | ')} |`;
  const line = table.split('\n').find((each) => each.startsWith(start));
  return line === undefined
    ? []
    : line
        .slice(start.length, -1)
        .split('|')
        .map((cell) => cell.trim());
}

const backends = ['onnx-cuda', 'tfjs-node-gpu', 'onnx-webgpu', 'onnx-cpu'];

describe('the command gpu-check', () => {
  it('writes a page with a line for every backend, and says where there is no GPU', async () => {
    const { code, stdout, stderr } = await gpuCheck('--quick', '--apps', 'anime-dcgan');
    expect(stderr).toContain(`Page: ${join(folder, 'gpu-check.md')}`);
    expect(code).toBe(0);
    const page = await readFile(join(folder, 'gpu-check.md'), 'utf8');
    expect(stdout).toBe(`${page}\n`);
    expect(page.match(/^##? .*$/gm)).toEqual([
      ...['# GPU check', '## Backends', '## Verification', '## Speed'],
      '## Choices made on processors',
    ]);
    for (const backend of backends) {
      expect(cellsOf(page, 'Backends', backend)).toHaveLength(3);
      expect(cellsOf(page, 'Verification', 'anime-dcgan', backend)).toHaveLength(4);
      expect(cellsOf(page, 'Speed', 'anime-dcgan', backend)).toHaveLength(5);
    }
    expect(cellsOf(page, 'Backends', 'onnx-cpu')).toEqual(['yes', 'the processor', '']);
    const verified = cellsOf(page, 'Verification', 'anime-dcgan', 'onnx-cpu');
    expect([verified[0], verified[2]]).toEqual(['agrees', '0.0001']);
    const [time, steps] = cellsOf(page, 'Speed', 'anime-dcgan', 'onnx-cpu');
    expect(Number(time)).toBeGreaterThan(0);
    expect(steps).toBe('3');
    if (hasNvidiaDriver()) return;
    expect(cellsOf(page, 'Backends', 'onnx-cuda')[2]).toMatch(/^no GPU: ./);
    expect(cellsOf(page, 'Verification', 'anime-dcgan', 'onnx-cuda')[3]).toBe('no GPU');
    expect(cellsOf(page, 'Speed', 'anime-dcgan', 'onnx-cuda')[4]).toBe('no GPU');
    expect(cellsOf(page, 'Speed', 'anime-dcgan', 'PyTorch CUDA')[4]).toBe('no GPU');
    expect(page.match(/^\| onnx-cuda \| anime-dcgan \| .* \| no GPU \|$/gm)).toHaveLength(10);
  });

  it('marks rows for which there is no time', async () => {
    const words = ['--minutes', '0.01', '--apps', 'pix2pix', '--out', 'short.md'];
    const { code, stdout } = await gpuCheck(...words);
    expect(code).toBe(0);
    expect(cellsOf(stdout, 'Backends', 'onnx-cpu')).toEqual(['–', '–', 'no time left']);
    expect(cellsOf(stdout, 'Speed', 'pix2pix', 'onnx-cpu')[4]).toBe('no time left');
  });
});

describe('formatPage', () => {
  it('keeps a row in one line and its cells apart', () => {
    const page = formatPage({
      facts: [['GPU', 'none']],
      rows: [
        { section: 'backends', labels: ['a'], cells: ['yes', '–'], note: '', disagrees: false },
        { section: 'backends', labels: ['b'], cells: undefined, note: 'x |\ny', disagrees: false },
      ],
      preset: 'small',
      seconds: 12,
    });
    expect(page).toContain('# GPU check\n\nMade in 12 s by `npx nx run tools:gpu-check`.\n\n');
    expect(page).toContain('| machine |  |\n| --- | --- |\n| GPU | none |\n');
    expect(page).toContain(
      '| backend | starts | computes on | note |\n| --- | --- | --- | --- |\n' +
        '| a | yes | – |  |\n| b | – | – | x \\| y |\n',
    );
  });
});
