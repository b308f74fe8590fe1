import { setImmediate } from 'node:timers/promises';
import { createGlyphPainter, type GlyphPainter } from '../draw/glyphPainter.ts';
import type { GlyphPlacement } from '../draw/placeFont.ts';
import { FontError } from '../fontError.ts';
import { readFontFile, type FontFile } from '../read/fontFile.ts';
import { traceGlyph, type GlyphPicture, type TracedGlyph } from '../trace/traceGlyph.ts';
import { buildFont, unitsPerEm, type BuildFontOptions } from './buildFont.ts';
import { checkGlyph, type GlyphCheck } from './checkGlyph.ts';
import { isGood, reportExport, type CheckedGlyph, type ExportReport } from './exportReport.ts';

/** What {@link exportFont} makes a font of. */
export interface ExportFontOptions extends Omit<BuildFontOptions, 'glyphs'> {
  /** Pictures of different characters, all with the same placement. */
  readonly glyphs: readonly GlyphPicture[];
  /** Where the glyphs stand in their pictures. */
  readonly placement: GlyphPlacement;
  /** Largest distance of an outline from the edge in the picture, in pixels; default .2. */
  readonly tolerance?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the share of the work that is done, up to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** A font with what there is to know of it. */
export interface ExportedFont {
  /** The `.otf` file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its glyphs besides spaces and the box for missing characters. */
  readonly outlines: readonly TracedGlyph[];
  readonly report: ExportReport;
}

/**
 * Makes an installable font of pictures: each is cleaned and traced, all become a font, that is
 * read back, and every glyph is drawn from it and compared with its picture. What fails is left out
 * and told.
 *
 * @throws FontError when a character repeats, a picture has another size, a name cannot be used, or
 *   no glyph is good enough
 * @throws the signal's reason when it aborts
 */
export async function exportFont(options: ExportFontOptions): Promise<ExportedFont> {
  const begin = performance.now();
  const { glyphs: pictures, placement, tolerance = 0.2 } = options;
  assertPictures(pictures, placement.imageSize);
  const pause = createPause(options);

  // Trace.
  const traced: (TracedGlyph | undefined)[] = [];
  for (const picture of pictures) {
    traced.push(traceGlyph(picture, { placement, unitsPerEm, tolerance }));
    await pause();
  }
  const outlines = traced.filter((glyph) => glyph !== undefined);
  const draft = buildFont({ ...options, glyphs: outlines });

  // Read back and check.
  const file = await readFontFile(draft, 'the exported font');
  const painter = createGlyphPainter(placement.imageSize);
  const checked: CheckedGlyph[] = [];
  for (const [place, picture] of pictures.entries()) {
    const glyph = { picture, traced: traced[place] };
    checked.push({ ...glyph, check: checkDrawn({ ...glyph, file, painter, placement }) });
    await pause();
  }

  // Leave out what failed.
  const good = checked.filter(isGood).map((glyph) => glyph.traced!);
  assertSome(good.length, checked);
  const bytes = good.length === outlines.length ? draft : buildFont({ ...options, glyphs: good });
  const seconds = (performance.now() - begin) / 1000;
  const facts = { fileBytes: bytes.length, seconds };
  return { bytes, outlines: good, report: reportExport(checked, facts) };
}

interface DrawnCheck {
  readonly picture: GlyphPicture;
  readonly traced: TracedGlyph | undefined;
  readonly file: FontFile;
  readonly painter: GlyphPainter;
  readonly placement: GlyphPlacement;
}

/** Draws a glyph of the font as its picture was drawn, and compares both. */
function checkDrawn({ picture, traced, file, painter, placement }: DrawnCheck): GlyphCheck {
  if (traced === undefined) return { iou: 0, faults: [{ kind: 'blank', detail: '' }] };
  const glyph = file.characters.get(picture.codepoint);
  const outline = glyph === undefined ? undefined : file.outlines().outline(glyph);
  if (outline === undefined) return { iou: 0, faults: [{ kind: 'broken', detail: '' }] };
  const drawn = painter.draw(outline, { ...placement, origin: traced.left, shift: 0 });
  return checkGlyph(picture.pixels, drawn, placement.imageSize, placement.pixelsPerEm);
}

/** Glyphs between two looks at the signal. */
const chunk = 32;

/** Counts glyphs, each of which is traced and checked; lets others work now and then. */
function createPause({ glyphs, signal, onProgress }: ExportFontOptions): () => Promise<void> {
  let done = 0;
  return async () => {
    done++;
    const isLast = done === 2 * glyphs.length;
    if (done % chunk !== 0 && !isLast) return;
    onProgress?.(done / (2 * glyphs.length));
    await setImmediate();
    signal?.throwIfAborted();
  };
}

function assertPictures(pictures: readonly GlyphPicture[], imageSize: number): void {
  const seen = new Set<number>();
  for (const { codepoint, pixels } of pictures) {
    const character = String.fromCodePoint(codepoint);
    if (pixels.length !== imageSize ** 2) {
      throw new FontError(
        `exportFont: expected ${imageSize}×${imageSize} pixels of "${character}", ` +
          `received ${pixels.length} bytes.`,
      );
    }
    if (seen.has(codepoint)) {
      throw new FontError(
        `exportFont: expected one picture of each character, received several of "${character}".`,
      );
    }
    seen.add(codepoint);
  }
}

function assertSome(count: number, glyphs: readonly CheckedGlyph[]): void {
  if (count > 0) return;
  const [first] = glyphs;
  const fault = first?.check.faults[0];
  const example =
    first === undefined || fault === undefined
      ? ''
      : `, such as "${String.fromCodePoint(first.picture.codepoint)}": ` +
        [fault.kind, fault.detail].filter(Boolean).join(', ');
  throw new FontError(
    `exportFont: expected pictures that can become glyphs, received ${glyphs.length} of which ` +
      `none can${example}. Look at the pictures: ink is black on white.`,
  );
}
