import { setImmediate } from 'node:timers/promises';
import type { Font } from '../read/openFonts.ts';
import { isBlank, pictureHash, touchesEdge } from './glyphInk.ts';
import { createGlyphPainter } from './glyphPainter.ts';
import type { GlyphPlacement } from './placeFont.ts';

/** Why a character of a font is left out. */
export const dropReasons = ['missing', 'broken', 'blank', 'notdef', 'repeated'] as const;

/**
 * `missing`: the font does not map it. `broken`: its outline cannot be read. `blank`: it draws no
 * ink. `notdef`: it looks like the box for missing characters. `repeated`: too many others look
 * the same, as such boxes do.
 */
export type DropReason = (typeof dropReasons)[number];

/** A character as a font draws it. */
export interface DrawnGlyph<Packed> {
  /** What `pack` made of the picture. */
  readonly packed: Packed;
  /** Distance to the next glyph's origin, in ems. */
  readonly advance: number;
}

/** What came of drawing characters with one font. */
export interface FontDrawing<Packed> {
  /** One for every character; undefined where it was dropped. */
  readonly glyphs: readonly (DrawnGlyph<Packed> | undefined)[];
  readonly dropped: Readonly<Record<DropReason, readonly string[]>>;
  /** Characters that reach the edge of the picture; they are kept. */
  readonly clipped: readonly string[];
  /** Seconds of reading outlines and drawing them, and how many were drawn. */
  readonly seconds: number;
  readonly drawn: number;
}

/** How {@link drawFont} works. */
export interface DrawFontOptions<Packed> {
  readonly placement: GlyphPlacement;
  /** Turns grey levels into what is kept of them, such as compressed bytes. */
  readonly pack: (pixels: Uint8Array) => Packed;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of characters that have been looked at. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Characters between two looks at the signal. */
const chunk = 64;

/** What is found out about one character at a time. */
interface Progress<Packed> {
  readonly glyphs: (DrawnGlyph<Packed> | undefined)[];
  readonly reasons: (DropReason | undefined)[];
  readonly hashes: string[];
  readonly atEdge: boolean[];
  milliseconds: number;
  drawn: number;
}

/**
 * Draws characters with a font and drops what is no glyph of its own. A picture may occur twice
 * in every 2,000 characters, as in fonts of capitals only; more often it is taken for a stand-in.
 *
 * @throws the signal's reason when it aborts
 */
export async function drawFont<Packed>(
  font: Font,
  characters: readonly string[],
  options: DrawFontOptions<Packed>,
): Promise<FontDrawing<Packed>> {
  const progress: Progress<Packed> = {
    ...{ glyphs: [], reasons: [], hashes: [], atEdge: [], milliseconds: 0, drawn: 0 },
  };
  const add = createDrawing(font, options, progress);
  for (const [place, character] of characters.entries()) {
    if (place % chunk === 0) {
      options.onProgress?.(place);
      await setImmediate();
      options.signal?.throwIfAborted();
    }
    add(character);
  }
  options.onProgress?.(characters.length);
  const { reasons, glyphs, atEdge, milliseconds, drawn } = progress;
  markRepeats(progress.hashes, reasons);
  return {
    glyphs: glyphs.map((glyph, place) => (reasons[place] === undefined ? glyph : undefined)),
    dropped: groupByReason(characters, reasons),
    clipped: characters.filter((_, place) => reasons[place] === undefined && atEdge[place]),
    seconds: milliseconds / 1000,
    drawn,
  };
}

/** Returns what draws the next character and adds it to the progress. */
function createDrawing<Packed>(
  font: Font,
  { placement, pack }: DrawFontOptions<Packed>,
  progress: Progress<Packed>,
): (character: string) => void {
  const painter = createGlyphPainter(placement.imageSize);
  const notdefs = new Set(
    font.notdefOutlines().map((outline) => pictureHash(painter.draw(outline, placement))),
  );
  const drop = (reason: DropReason): void => {
    progress.reasons.push(reason);
    progress.hashes.push('');
    progress.glyphs.push(undefined);
    progress.atEdge.push(false);
  };
  return (character) => {
    const begin = performance.now();
    const outline = font.outline(character.codePointAt(0)!);
    if (typeof outline === 'string') return drop(outline);
    const pixels = painter.draw(outline, placement);
    progress.milliseconds += performance.now() - begin;
    progress.drawn++;
    const hash = pictureHash(pixels);
    if (isBlank(pixels)) return drop('blank');
    if (notdefs.has(hash)) return drop('notdef');
    const advance = outline.advanceWidth / outline.unitsPerEm;
    progress.reasons.push(undefined);
    progress.hashes.push(hash);
    progress.glyphs.push({ packed: pack(pixels), advance });
    progress.atEdge.push(touchesEdge(pixels, placement.imageSize));
  };
}

/** Judges by all characters, not by a sample of 2,000 as is usual. */
function markRepeats(hashes: readonly string[], reasons: (DropReason | undefined)[]): void {
  const allowed = 2 * Math.max(1, Math.ceil(hashes.length / 2000));
  const counts = new Map<string, number>();
  for (const [place, hash] of hashes.entries()) {
    if (reasons[place] === undefined) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  }
  for (const [place, hash] of hashes.entries()) {
    if (reasons[place] === undefined && counts.get(hash)! > allowed) reasons[place] = 'repeated';
  }
}

function groupByReason(
  characters: readonly string[],
  reasons: readonly (DropReason | undefined)[],
): Record<DropReason, readonly string[]> {
  const having = (reason: DropReason) => characters.filter((_, place) => reasons[place] === reason);
  return {
    missing: having('missing'),
    broken: having('broken'),
    blank: having('blank'),
    notdef: having('notdef'),
    repeated: having('repeated'),
  };
}
