import type { LayoutName } from '@gan-zoo/fonts';
import type { SplitName } from '../glyphData/index.ts';
import type { FontChoice } from './fontChoice.ts';

/** What to draw and where. */
export interface PrepareGlyphsOptions {
  /** The font to translate from: characters that it lacks are left out everywhere. */
  readonly source: FontChoice;
  /** The styles, at least one. */
  readonly targets: readonly FontChoice[];
  readonly characters: readonly string[];
  /** Most characters to take, chosen by the seed; default all. */
  readonly num?: number | undefined;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  readonly layout: LayoutName;
  readonly splitBy: SplitName;
  /** Share of characters or pairs that is held back, 0 to below 1. */
  readonly testShare: number;
  readonly seed: number;
  /** New or empty folder, or one with the same data set, which is kept. */
  readonly out: string;
  readonly signal?: AbortSignal | undefined;
  /** Called with the glyphs that have been looked at, and the font that is being drawn. */
  readonly onProgress?: ((done: number, total: number, font: string) => void) | undefined;
}
