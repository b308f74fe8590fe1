import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '@gan-zoo/core';
import { FontError } from '@gan-zoo/fonts';
import { otfBytes } from '@gan-zoo/fonts/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPackagedFonts, fontSets, openChoice, type FontSet } from './prepare/index.ts';
import { prepareCommand } from './prepareCommand.ts';

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'gan-zoo-font-style-'))));
afterAll(() => rm(root, { recursive: true, force: true }));

async function called(words: string) {
  let [stdout, stderr] = ['', ''];
  const code = await runCli({
    ...{ name: 'font-style', description: '', version: '0', commands: [prepareCommand] },
    userErrors: [FontError],
    ...{ argv: words.split(' '), env: { INIT_CWD: root } },
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** The bytes of a TrueType font. */
async function kuaiLe(): Promise<Uint8Array> {
  const fonts = fontSets['chinese-small'].targets.filter(({ id }) => id === 'zcool-kuaile');
  return readFile((await findPackagedFonts(fonts))[0]!.paths[0]!);
}

describe('prepare', () => {
  it('makes the Latin set, with sheets to look at', async () => {
    const { code, stdout, stderr } = await called(
      'prepare --set latin --image-size 32 --split-by pairs --out latin',
    );
    expect(stderr).toContain('Drawing: 100 %');
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('Source: Caveat, 62 glyphs (none dropped; OFL-1.1)');
    expect(lines.filter((line) => line.startsWith('Style '))).toHaveLength(26);
    expect(stdout).toContain('Pairs: 1451 for training, 161 held back; 26 styles, 62 characters\n');
    expect(stdout).toMatch(/Drawing: \d+ glyphs\/s at 32 px\n/);
    expect(stdout).toContain('To look at: latin/sheets/overview.png');
    expect(await readdir(join(root, 'latin'))).toEqual(['glyphs.bin', 'manifest.json', 'sheets']);
    const again = await called('prepare --set latin --image-size 32 --split-by pairs --out latin');
    expect([again.code, again.stderr]).toEqual([0, '']);
    expect(again.stdout).toContain('Drawing: none; the same glyphs were there already\n');
    const other = await called('prepare --set latin --image-size 64 --out latin');
    expect([other.code, other.stderr.split(',')[0]]).toEqual([
      1,
      'error: --out: expected a new or empty folder',
    ]);
    const sheet = await sharp(join(root, 'latin', 'sheets', 'overview.png')).metadata();
    expect([sheet.width, sheet.height]).toEqual([16 * 34 + 2, 27 * 34 + 2]);
  });

  it("makes a set of the user's own fonts", async () => {
    await writeFile(join(root, 'mine.ttf'), await kuaiLe());
    await writeFile(
      join(root, 'style.otf'),
      otfBytes({ a: [0, 0, 400, 500], b: [0, 0, 500, 700] }),
    );
    const { code, stdout } = await called(
      'prepare --source mine.ttf --fonts style.otf --text abc --image-size 32 --test-share 0.5',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Style 0: Boxes Regular, 2 glyphs (dropped 1 missing; licence: see');
    expect(stdout).toContain(`Folder: ${join(root, 'data', 'fonts')}`);
  });

  it('explains wrong use', async () => {
    const styles = await called('prepare --fonts style.otf');
    expect([styles.code, styles.stderr]).toEqual([
      2,
      'error: --fonts: expected --source with it, received nothing. Styles are learned from the ' +
        'pairs of a source font and the fonts to imitate.\n' +
        'Run `npx nx run font-style:prepare -- --help` to see all options.\n',
    ]);
    const both = await called('prepare --set latin --fonts style.otf');
    expect(both.stderr).toContain('cannot be given together: a set has its own fonts.');
    await writeFile(join(root, 'broken.ttf'), (await kuaiLe()).subarray(0, 3000));
    const broken = await called('prepare --source mine.ttf --fonts broken.ttf --text abc');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(/error: font ".*broken\.ttf": expected table .* The file is dam/);
  });
});

describe('findPackagedFonts', () => {
  it('prints the one command that installs what is missing', async () => {
    const { source, targets }: FontSet = fontSets['chinese-full'];
    await expect(findPackagedFonts([source, ...targets.slice(-2)], root)).rejects.toThrow(
      'prepare: expected the packages of 3 fonts, received 0 of them. Install the rest with this ' +
        'command, then start again:\n\n  npm install --no-save ' +
        '@fontsource-variable/noto-sans-sc@5.3.1 @expo-google-fonts/reggae-one@0.4.1 ' +
        '@expo-google-fonts/dotgothic16@0.4.1\n',
    );
  });

  it('knows sets of six, sixteen and twenty-six styles', () => {
    const counts = Object.values(fontSets).map(({ targets }) => targets.length);
    expect(counts).toEqual([6, 16, 26]);
    for (const { source, targets } of Object.values(fontSets)) {
      const ids = [source, ...targets].map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('finds the fonts that are installed, with their licences', async () => {
    const found = await findPackagedFonts(fontSets['chinese-small'].targets);
    expect(found.map(({ origin, licence }) => [origin, licence]).slice(0, 2)).toEqual([
      ['@expo-google-fonts/ma-shan-zheng@0.4.3', 'OFL-1.1'],
      ['@expo-google-fonts/zhi-mang-xing@0.4.1', 'OFL-1.1'],
    ]);
    expect(found[0]!.licenceFiles).toEqual(['LICENSE', 'LICENSE_FONT']);
    const font = await openChoice(found.at(-1)!);
    expect(font.paths.length).toBeGreaterThan(100);
    expect(font.has('永'.codePointAt(0)!)).toBe(true);
  });
});
