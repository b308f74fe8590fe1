import type { CommandContext } from '@gan-zoo/core';
import {
  stylePictures,
  type GlyphDrawer,
  type LoadedStyles,
  type SourceGlyphs,
  type StylePictures,
} from '../drawing/index.ts';
import type { StyleToDraw } from './styleToDraw.ts';

/** A style with its pictures. */
export interface DrawnStyle extends Pick<StyleToDraw, 'id' | 'title'>, StylePictures {}

/** What {@link drawStyles} draws with. */
export interface StyleTools {
  readonly loaded: LoadedStyles;
  readonly drawer: GlyphDrawer;
  readonly source: SourceGlyphs;
  readonly context: Pick<CommandContext, 'progress' | 'signal'>;
}

/**
 * Draws the same characters in one style after the other.
 *
 * @throws the signal's reason if it aborts
 */
export async function* drawStyles(
  chosen: readonly StyleToDraw[],
  { loaded, drawer, source, context }: StyleTools,
): AsyncGenerator<DrawnStyle> {
  const each = source.characters.length;
  const total = chosen.length * each;
  const progress = context.progress({ label: 'Drawing', total, unit: 'glyphs' });
  for (const [at, { id, title, style, placement }] of chosen.entries()) {
    const drawn = await stylePictures(drawer, loaded, style, source, {
      signal: context.signal,
      onProgress: (done) => progress.update(at * each + done),
    });
    yield { id, title, glyphs: drawn.glyphs, placement: placement ?? drawn.placement };
  }
  progress.stop();
}
