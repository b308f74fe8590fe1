import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countApp, countLines, sumOf } from './countLines.ts';

describe('countLines', () => {
  it('leaves out blanks and comments of all kinds', () => {
    const source = [
      ...[
        '/** Says.',
        ' * what',
        ' */',
        '',
        'const a = 1; // why',
        '  // note',
        '/* one */',
        'b();',
      ],
    ];
    expect(countLines(source.join('\n'))).toBe(2);
  });
});

/** The most lines that an app says of its GAN, so that a new one stays a page of code. */
describe('an app is a page', () => {
  it.each([
    ['anime-dcgan', 150],
    ['pix2pix', 180],
    ['cyclegan', 250],
    ['font-style/src/methods/zi2zi', 350],
    ['font-style/src/methods/bicycle', 350],
    ['font-style/src/methods/pix2pix', 350],
  ])('%s: at most %d lines', async (app, most) => {
    const folder = app.includes('/') ? app : `${app}/src`;
    const files = await countApp(
      fileURLToPath(new URL(`../../../apps/${folder}`, import.meta.url)),
    );
    expect(files.length).toBeGreaterThan(1);
    expect(sumOf(files), JSON.stringify(files, null, 1)).toBeLessThanOrEqual(most);
  });
});
