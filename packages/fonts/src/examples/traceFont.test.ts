import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { woffPath } from '../fixtures/packagedFonts.ts';
import { openFont } from '../read/openFonts.ts';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

it("is the README's example, from which it differs in one import", async () => {
  const [, shown] = /```ts title="traceFont.ts"\n(.*?)```/s.exec(await read('../../README.md'))!;
  const [, ...lines] = (await read('traceFont.ts')).split('\n');
  expect(shown).toBe(lines.join('\n').replace("'../index.ts'", "'@gan-zoo/fonts'"));
});

it('makes a font of the pictures of another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fonts-example-'));
  try {
    const to = join(folder, 'traced.otf');
    const script = fileURLToPath(new URL('./traceFont.ts', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--conditions=@gan-zoo/source', '--import', 'tsx', script, woffPath, to],
    ]);
    expect(stdout).toMatch(/pictures: 15,\s+glyphs: 15,\s+failures: \[\]/);
    const traced = await openFont([to]);
    const original = await openFont([woffPath]);
    expect(traced.name).toBe('Traced Regular');
    for (const character of 'Hamburgefonstiv') {
      const codepoint = character.codePointAt(0)!;
      const [one, other] = [traced.outline(codepoint), original.outline(codepoint)];
      if (typeof one === 'string' || typeof other === 'string') throw new Error(character);
      expect(one.commands.length).toBeGreaterThan(3);
      expect(one.advanceWidth / one.unitsPerEm).toBeCloseTo(other.advanceWidth / 1000, 2);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
