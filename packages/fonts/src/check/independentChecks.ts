import type { GlyphPlacement } from '../draw/placeFont.ts';
import type { GlyphPicture, TracedGlyph } from '../trace/traceGlyph.ts';
import type { ExportNames } from '../write/buildFont.ts';
import { checkWithChromium } from './checkWithChromium.ts';
import { checkWithFontTools } from './checkWithFontTools.ts';

/** A font with what it was made from. */
export interface FontToCheck {
  /** Absolute path of the `.otf` file. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly names: ExportNames;
  /** Its glyphs besides spaces and the box for missing characters. */
  readonly outlines: readonly TracedGlyph[];
  /** Pictures of these characters, and perhaps of others. */
  readonly pictures: readonly GlyphPicture[];
  readonly placement: GlyphPlacement;
}

/** What a program that is not ours says of a font. */
export interface IndependentCheck {
  readonly tool: 'fontTools' | 'Chromium';
  /** False when it is not installed: nothing was checked then. */
  readonly isDone: boolean;
  /** One line of figures, or why nothing was checked. */
  readonly summary: string;
  readonly problems: readonly string[];
}

/**
 * Lets fontTools read a font and Chromium set a page in it, as far as they are installed.
 *
 * @returns one per program, also of one that is not there; what it finds is no error
 * @throws Error when the signal aborts, or Chromium is there but fails
 */
export async function independentChecks(
  font: FontToCheck,
  signal?: AbortSignal,
): Promise<readonly IndependentCheck[]> {
  return [await checkWithFontTools(font, signal), await checkWithChromium(font, signal)];
}
