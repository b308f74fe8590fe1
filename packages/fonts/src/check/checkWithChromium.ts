import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { TracedGlyph } from '../trace/traceGlyph.ts';
import { inkOverlap, leastIou } from '../write/checkGlyph.ts';
import type { FontToCheck, IndependentCheck } from './fontToCheck.ts';
import { findTool, runTool } from './runTool.ts';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'chrome'];
/** Characters that are compared. */
const mostGlyphs = 64;
const columns = 8;
/** Least side of a character’s picture on the page in pixels: smaller letters are moved to whole pixels. */
const leastSide = 512;

/**
 * Lets Chromium set characters of a font as a page, each as large and where it stands in its
 * picture, and compares them: at least {@link leastIou} of ink has to agree.
 */
export async function checkWithChromium(
  font: FontToCheck,
  signal?: AbortSignal,
): Promise<IndependentCheck> {
  const browser = await findTool(browsers, ['--version']);
  if (browser === undefined) {
    const summary = 'not checked: Chromium is not installed';
    return { tool: 'Chromium', isDone: false, summary, problems: [] };
  }
  const count = Math.min(mostGlyphs, font.outlines.length);
  const shown = Array.from(
    { length: count },
    (_, at) => font.outlines[Math.floor((at * font.outlines.length) / count)]!,
  );
  const drawn = await screenshot(browser, font, shown, signal);
  const overlaps = compare(font, shown, drawn);
  const problems = shown.flatMap(({ codepoint }, at) => {
    const iou = overlaps[at]!;
    return iou >= leastIou ? [] : [`${String.fromCodePoint(codepoint)}: IoU ${iou.toFixed(2)}`];
  });
  const mean = overlaps.reduce((sum, iou) => sum + iou, 0) / count;
  const summary =
    `set ${count} characters; IoU with their pictures ${mean.toFixed(3)} on average, ` +
    `${Math.min(...overlaps).toFixed(3)} at least`;
  return { tool: 'Chromium', isDone: true, summary, problems };
}

/** Pixels of the page for one of a picture. */
const zoomOf = ({ placement }: FontToCheck): number => Math.ceil(leastSide / placement.imageSize);

/** Grey levels of the page: one square per character, in rows of {@link columns}. */
async function screenshot(
  browser: string,
  font: FontToCheck,
  shown: readonly TracedGlyph[],
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'fonts-check-'));
  try {
    const [page, picture] = [join(folder, 'page.html'), join(folder, 'page.png')];
    const side = font.placement.imageSize * zoomOf(font);
    const [width, height] = [columns * side, Math.ceil(shown.length / columns) * side];
    await writeFile(page, pageOf(font, shown, width, height));
    await runTool(
      browser,
      [
        ...['--headless', '--disable-gpu', '--hide-scrollbars', '--force-device-scale-factor=1'],
        ...['--disable-lcd-text', '--font-render-hinting=none', '--virtual-time-budget=10000'],
        // Chromium's sandbox does not start for the superuser, as in containers.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ...[`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width},${height}`],
        ...[`--screenshot=${picture}`, pathToFileURL(page).href],
      ],
      { signal },
    );
    return await sharp(picture).flatten({ background: '#fff' }).extractChannel(0).raw().toBuffer();
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function pageOf(
  font: FontToCheck,
  shown: readonly TracedGlyph[],
  width: number,
  height: number,
): string {
  const { imageSize, pixelsPerEm, baseline } = font.placement;
  const zoom = zoomOf(font);
  const texts = shown.map(({ codepoint, left }, at) => {
    const x = ((at % columns) * imageSize + left) * zoom;
    const y = (Math.floor(at / columns) * imageSize + baseline) * zoom;
    return `<text x="${x}" y="${y}">&#${codepoint};</text>`;
  });
  return `<!doctype html>
<html><head><meta charset="utf-8"><style>
@font-face { font-family: checked; src: url(data:font/otf;base64,${Buffer.from(font.bytes).toString('base64')}); }
body { margin: 0; background: #fff; }
svg { display: block; }
text { font: ${pixelsPerEm * zoom}px checked; text-rendering: geometricPrecision; }
</style></head><body>
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${texts.join('\n')}</svg>
</body></html>
`;
}

/** The agreement of every character with its picture. */
function compare(
  font: FontToCheck,
  shown: readonly TracedGlyph[],
  drawn: Uint8Array,
): readonly number[] {
  const { imageSize } = font.placement;
  const pictures = new Map(font.pictures.map(({ codepoint, pixels }) => [codepoint, pixels]));
  return shown.map(({ codepoint }, at) => {
    const rendering = cellOf(drawn, at, imageSize, zoomOf(font));
    return inkOverlap(pictures.get(codepoint)!, rendering);
  });
}

/** One character of the page in its picture's size: the means of squares of pixels. */
function cellOf(page: Uint8Array, place: number, imageSize: number, zoom: number): Uint8Array {
  const pageWidth = columns * imageSize * zoom;
  const [left, top] = [place % columns, Math.floor(place / columns)].map(
    (cell) => cell * imageSize * zoom,
  ) as [number, number];
  return Uint8Array.from({ length: imageSize ** 2 }, (_, pixel) => {
    const x = left + (pixel % imageSize) * zoom;
    const y = top + Math.floor(pixel / imageSize) * zoom;
    let sum = 0;
    for (let row = 0; row < zoom; row++) {
      const from = (y + row) * pageWidth + x;
      for (let at = from; at < from + zoom; at++) sum += page[at]!;
    }
    return Math.round(sum / zoom ** 2);
  });
}
