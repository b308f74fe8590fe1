import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kuaiLePath } from '../fixtures/packagedFonts.ts';
import { openFont } from '../read/openFonts.ts';
import { chinese, realGlyphs } from '../testing/realGlyphs.ts';
import { exportFont } from '../write/exportFont.ts';
import { checkWithChromium } from './checkWithChromium.ts';
import { checkWithFontTools } from './checkWithFontTools.ts';
import type { FontToCheck } from './fontToCheck.ts';
import { findTool } from './runTool.ts';

const python = await findTool(['python3', '/usr/bin/python3'], ['-c', 'import fontTools']);
const browser = await findTool(['chromium', 'chromium-browser', 'google-chrome'], ['--version']);

let folder: string;
let font: FontToCheck;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fonts-checks-'));
  const names = {
    family: 'Checked',
    license: 'OFL',
    copyright: '© 2018 “A” 字',
    designer: 'B – C',
  };
  const real = realGlyphs(await openFont([kuaiLePath]), chinese.slice(0, 12), 64);
  const { bytes, outlines } = await exportFont({ ...real, names });
  const path = join(folder, 'font.otf');
  await writeFile(path, bytes);
  font = { path, bytes, names, outlines, pictures: real.glyphs, placement: real.placement };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(python === undefined)('fontTools (needs python3 with fontTools)', () => {
  it('finds what was written', async () => {
    const { isDone, summary, problems } = await checkWithFontTools(font);
    expect([isDone, problems]).toEqual([true, []]);
    expect(summary).toMatch(/ read 10 tables and 15 glyphs, and drew 12 characters$/);
  });

  it('tells what is not as it should be', async () => {
    const [first, ...others] = font.outlines;
    const wide = { ...first!, advanceWidth: 999 };
    const other = { ...first!, codepoint: 0x9f98 };
    const { problems } = await checkWithFontTools({
      ...font,
      names: { family: 'Another' },
      outlines: [wide, other, ...others],
    });
    expect(problems).toEqual([
      '16 glyphs expected, 15 there',
      'U+5929 is 920 wide, expected 999',
      'U+9F98 is not in cmap',
      'name 1 is "Checked", expected "Another"',
    ]);
    await writeFile(join(folder, 'broken.otf'), font.bytes.subarray(0, 900));
    const broken = await checkWithFontTools({ ...font, path: join(folder, 'broken.otf') });
    expect([broken.summary, broken.problems.length]).toEqual(['cannot read the font', 1]);
  });
});

describe.skipIf(browser === undefined)('Chromium (needs chromium)', () => {
  it('draws characters as their pictures are, and tells which are not', async () => {
    // The picture of one stands for another.
    const [first, second, ...others] = font.pictures;
    const swapped = { ...first!, pixels: second!.pixels };
    const { isDone, summary, problems } = await checkWithChromium({
      ...font,
      pictures: [swapped, second!, ...others],
    });
    expect(isDone).toBe(true);
    expect(summary).toMatch(/^set 12 characters; IoU with their pictures 0\.\d+ on average/);
    expect(problems).toEqual([expect.stringMatching(/^天: IoU 0\.\d\d$/)]);
  });
});
