import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { loadRunCheckpoint, UsageError, UserError, type CommandContext } from '@gan-zoo/core';
import type { GlyphPlacement } from '@gan-zoo/fonts';
import type { Config } from '../config.ts';
import { fontStyle } from '../definition.ts';
import { decodeGlyphs, type GlyphDataset, type GlyphFont } from '../glyphData/index.ts';
import { settingsOf, type Settings } from '../settings.ts';
import { chosenStyles } from '../training/pairSource.ts';

/** A style that a network was trained on. */
export interface TrainedStyle {
  /** Its place in the data set's `styles`. */
  readonly place: number;
  readonly font: GlyphFont;
  /** Where its glyphs stand in the network's pictures. */
  readonly placement: GlyphPlacement;
}

/** A trained network with what its checkpoint carries: all that drawing needs. */
export interface LoadedStyles {
  readonly config: Settings;
  readonly step: number;
  /** Absolute path of the checkpoint. */
  readonly path: string;
  /** Makes paths of the configuration absolute. */
  readonly resolvePath: (path: string) => string;
  readonly state: Tree<HostTensor>;
  /** Source glyphs of all characters, and a few of each style. */
  readonly glyphs: GlyphDataset;
  readonly styles: readonly TrainedStyle[];
}

/**
 * Loads what `--run` names; nothing but the checkpoint is read.
 *
 * @throws UserError as `loadRunCheckpoint`, or when the checkpoint carries no glyphs
 */
export async function loadStyles(run: string, context: CommandContext): Promise<LoadedStyles> {
  const { config, carried, ...loaded } = await loadRunCheckpoint(run, context, fontStyle);
  if (carried === undefined) {
    throw new UserError(
      `${loaded.path}: expected a checkpoint that carries its source glyphs, received one ` +
        `without. Save it anew: train --resume ${run}.`,
    );
  }
  const settings = settingsOf(config as Config);
  const glyphs = await decodeGlyphs(carried, loaded.path);
  const styles = chosenStyles(settings, glyphs).map((place): TrainedStyle => {
    const font = glyphs.styles[place]!;
    return { place, font, placement: placementAt(font.placement, settings.imageSize) };
  });
  return { ...loaded, config: settings, glyphs, styles };
}

/** A placement in pictures of another size. */
export function placementAt(placement: GlyphPlacement, imageSize: number): GlyphPlacement {
  const scale = imageSize / placement.imageSize;
  const { origin } = placement;
  return {
    imageSize,
    pixelsPerEm: placement.pixelsPerEm * scale,
    baseline: placement.baseline * scale,
    origin: origin === 'centred' ? origin : origin * scale,
    shift: placement.shift * scale,
  };
}

/**
 * The style that an option names.
 *
 * @param option such as `--style`
 * @param name id of its font, or its number in the data set
 * @throws UsageError when there is none
 */
export function findStyle(
  { styles }: Pick<LoadedStyles, 'styles'>,
  option: string,
  name: string,
): TrainedStyle {
  const found = styles.find(({ place, font }) => font.id === name || String(place) === name);
  if (found !== undefined) return found;
  const names = styles.map(({ font }) => font.id).join(', ');
  throw new UsageError(
    `${option}: expected one of the styles that the run was trained on (${names}), received ${name}.`,
  );
}
