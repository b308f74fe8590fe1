import { createRandom, UsageError } from '@gan-zoo/core';
import type { GlyphPlacement } from '@gan-zoo/fonts';
import {
  findStyle,
  type GlyphDrawer,
  type LoadedStyles,
  type StyleVector,
  type TrainedStyle,
} from '../drawing/index.ts';
import { methods } from '../methods/index.ts';

/** A style, seen in training or not. */
export interface StyleToDraw {
  /** Letters, digits and hyphens: also the name of its folder. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  readonly style: TrainedStyle | StyleVector;
  /** Where its glyphs stand in the network's pictures; default as `stylePictures` says. */
  readonly placement?: GlyphPlacement | undefined;
}

/**
 * Styles that the network was trained on.
 *
 * @param names ids or numbers, as `--style` gives them; default all, and of a network with a single
 *   style the first
 * @throws UsageError when there is no such style, or the network cannot tell them apart
 */
export function namedStyles(
  loaded: LoadedStyles,
  names: readonly string[] | undefined,
): readonly StyleToDraw[] {
  const hasOne = hasOneStyle(loaded);
  if (hasOne && (names?.length ?? 1) > 1) throw oneStyle('--style', names!.join(','));
  const all = hasOne ? loaded.styles.slice(0, 1) : loaded.styles;
  const chosen = names?.map((name) => findStyle(loaded, '--style', name)) ?? all;
  return [...new Set(chosen)].map((style) => ({
    id: safeId(style),
    title: style.font.name,
    style,
  }));
}

/**
 * Styles between two: their vectors mixed linearly, from all of the first to all of the second;
 * placements likewise.
 *
 * @param num how many, both ends included; at least 2
 * @throws UsageError when there is no such style, or the network has one only
 */
export async function mixedStyles(
  loaded: LoadedStyles,
  drawer: GlyphDrawer,
  [first, second]: readonly [string, string],
  num: number,
): Promise<readonly StyleToDraw[]> {
  if (hasOneStyle(loaded)) throw oneStyle('--interpolate', `${first},${second}`);
  const from = findStyle(loaded, '--interpolate', first);
  const to = findStyle(loaded, '--interpolate', second);
  const [start, end] = [await drawer.vectorOf(from), await drawer.vectorOf(to)];
  return Array.from({ length: num }, (_, at) => {
    const share = at / (num - 1);
    const percent = Math.round(100 * share);
    return {
      id: `mixture-${numbered(at + 1, num)}`,
      title: `${100 - percent} % ${from.font.name}, ${percent} % ${to.font.name}`,
      style: start.map((value, place) => mix(value, end[place]!, share)),
      placement: mixPlacements(from.placement, to.placement, share),
    };
  });
}

/**
 * Styles that no font has.
 *
 * @throws UsageError for methods whose styles are numbered
 */
export async function randomStyles(
  drawer: GlyphDrawer,
  count: number,
  seed: number,
): Promise<readonly StyleToDraw[]> {
  const styles = await drawer.randomStyles(count, createRandom(seed));
  return styles.map((style, at) => ({
    id: `random-${numbered(at + 1, count)}`,
    title: `Random style ${at + 1} of seed ${seed}`,
    style,
  }));
}

const hasOneStyle = ({ config }: LoadedStyles): boolean =>
  methods[config.method].styles.length(config) === 0;

const oneStyle = (option: string, received: string): UsageError =>
  new UsageError(
    `${option}: expected one style of a network of --method pix2pix, which draws all alike, ` +
      `received ${received}. Name one with --style, or train with --method zi2zi or bicycle.`,
  );

/** Ids come from files. */
const safeId = ({ font, place }: TrainedStyle): string =>
  font.id.replace(/[^\w-]+/g, '-').slice(0, 80) || `style-${place}`;

/** With as many digits as the last number has, so that names sort. */
const numbered = (number: number, last: number): string =>
  String(number).padStart(String(last).length, '0');

const mix = (from: number, to: number, share: number): number => (1 - share) * from + share * to;

function mixPlacements(from: GlyphPlacement, to: GlyphPlacement, share: number): GlyphPlacement {
  const [first, second] = [from.origin, to.origin];
  return {
    imageSize: from.imageSize,
    pixelsPerEm: mix(from.pixelsPerEm, to.pixelsPerEm, share),
    baseline: mix(from.baseline, to.baseline, share),
    // One data set has one layout.
    origin: first === 'centred' || second === 'centred' ? 'centred' : mix(first, second, share),
    shift: mix(from.shift, to.shift, share),
  };
}
