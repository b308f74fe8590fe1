import { hostTensor, type HostFunction, type HostTensor, type Runtime } from '@gan-zoo/compiler';
import { createRandom, UsageError, type Random } from '@gan-zoo/core';
import { glyphTensor, toGreyLevels } from '../glyphData/index.ts';
import { methods, selectDrawn, type Part } from '../methods/index.ts';
import { shapePictures } from '../training/shapePairs.ts';
import type { LoadedStyles, TrainedStyle } from './loadStyles.ts';
import { meanStyle, randomStyle, type StyleVector } from './styleVectors.ts';

/** Draws characters with a trained network. */
export interface GlyphDrawer {
  /** The vector of a style that the network was trained on. */
  vectorOf(style: TrainedStyle): Promise<StyleVector>;
  /**
   * Reads the style off glyphs: the mean of their vectors.
   *
   * @param pixels grey levels [N, S, S] in the data set's size
   * @throws UsageError for methods whose styles are numbered
   */
  readStyle(pixels: Uint8Array): Promise<StyleVector>;
  /**
   * Styles that no font has, as likely as those of the glyphs that the checkpoint carries: of the
   * normal distribution of their vectors.
   *
   * @throws UsageError for methods whose styles are numbered
   */
  randomStyles(count: number, random: Random): Promise<readonly StyleVector[]>;
  /**
   * Draws source glyphs, each in a style of its own or all in one.
   *
   * @param pixels grey levels [N, S, S] in the data set's size
   * @param styles one vector, or N
   * @returns grey levels [N, s, s] in the network's size, ink 0 on paper 255
   */
  draw(
    pixels: Uint8Array,
    styles: StyleVector | readonly StyleVector[],
    options?: DrawOptions,
  ): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** How {@link GlyphDrawer.draw} works. */
export interface DrawOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the glyphs that have been drawn. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Glyphs that are drawn at once: one session serves all. */
const block = 32;

/**
 * Prepares a trained network to draw.
 *
 * @param runtime is left open
 */
export function createGlyphDrawer(runtime: Runtime, loaded: LoadedStyles): GlyphDrawer {
  const { config, state, glyphs } = loaded;
  const method = methods[config.method];
  const { styles: rules } = method;
  const length = rules.length(config);
  const selected = selectDrawn(state as never) as never;
  const extra: Part = rules.inputs?.(config, createRandom(config.seed), block) ?? {};
  const compiledDraw = runtime.function(rules.draw(config) as never);
  const compiledRead = rules.read && runtime.function(rules.read(config) as never);
  const shaped = (pixels: Uint8Array): HostTensor<'float32'> =>
    shapePictures(glyphTensor(pixels, glyphs.imageSize), config);
  const readEach = async (pixels: Uint8Array): Promise<readonly StyleVector[]> => {
    if (compiledRead === undefined) throw numberedStyles(config.method);
    const pictures = shaped(pixels);
    const vectors = await inBlocks(pictures, (glyphBlock) =>
      call(compiledRead, selected, { glyphs: glyphBlock }),
    );
    return Array.from({ length: pictures.shape[0]! }, (_, row) =>
      vectors.slice(row * length, (row + 1) * length),
    );
  };
  /** Glyphs that the checkpoint carries; of all styles by default. */
  const carried = (styles?: readonly number[]): Promise<Uint8Array> =>
    glyphs.read(
      glyphs
        .pairs('training', styles)
        .map(({ style, character }) => ({ font: style + 1, character })),
    );
  return {
    readStyle: async (pixels) => meanStyle(await readEach(pixels)),
    vectorOf: async (style) =>
      rules.of === undefined
        ? meanStyle(await readEach(await carried([style.place])))
        : rules.of(config, style.place),
    randomStyles: async (count, random) => {
      if (compiledRead === undefined) throw numberedStyles(config.method);
      const seen = await readEach(await carried());
      const draws = random.stream('styles/random').at(0);
      return Array.from({ length: count }, () => randomStyle(seen, draws));
    },
    draw: async (pixels, styles, { signal, onProgress } = {}) => {
      const sources = shaped(pixels);
      const vectorAt = (at: number): StyleVector =>
        styles instanceof Float32Array ? styles : styles[at]!;
      const drawn = await inBlocks(sources, async (source, first, count) => {
        signal?.throwIfAborted();
        const rows = new Float32Array(block * length);
        for (let at = 0; at < count; at++) rows.set(vectorAt(first + at), at * length);
        const inputs = { source, styles: hostTensor([block, length], rows), ...extra };
        const values = await call(compiledDraw, selected, inputs);
        onProgress?.(first + count);
        return values;
      });
      return toGreyLevels(drawn, config.channels);
    },
    close: async () => {
      await compiledDraw.dispose();
      await compiledRead?.dispose();
    },
  };
}

const numberedStyles = (method: string): UsageError =>
  new UsageError(
    `--run: expected a network of --method bicycle, which reads styles off glyphs, received one ` +
      `of ${method}. Name a style with --style, or teach it a new one with finetune.`,
  );

async function call(compiled: HostFunction, selected: never, inputs: Part): Promise<Float32Array> {
  const { data } = (await compiled(selected, inputs as never)) as HostTensor<'float32'>;
  return data;
}

/** Runs pictures block by block; the last one is filled up with its first picture. */
async function inBlocks(
  pictures: HostTensor<'float32'>,
  run: (block: HostTensor, first: number, count: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const [count = 0, ...extents] = pictures.shape;
  const size = extents.reduce((product, extent) => product * extent, 1);
  const parts: Float32Array[] = [];
  for (let first = 0; first < count; first += block) {
    const own = Math.min(block, count - first);
    const values = new Float32Array(block * size);
    for (let at = 0; at < block; at++) {
      const from = (first + (at < own ? at : 0)) * size;
      values.set(pictures.data.subarray(from, from + size), at * size);
    }
    const drawn = await run(hostTensor([block, ...extents], values), first, own);
    parts.push(drawn.slice(0, (drawn.length / block) * own));
  }
  return joined(parts);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
