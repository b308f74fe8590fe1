import type { GlyphPlacement } from '../draw/placeFont.ts';
import type { GlyphPicture, TracedGlyph } from '../trace/traceGlyph.ts';
import type { ExportNames } from '../write/buildFont.ts';

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
