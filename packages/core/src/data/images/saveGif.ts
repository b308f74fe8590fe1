import { readFile } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import { UserError } from '@gan-zoo/compiler';
import { shortReason } from '../../base/files/systemErrors.ts';
import { writePicture } from './writePicture.ts';
import { GIFEncoder, applyPalette, quantize, type GifPalette } from './gifenc.ts';
import type { PixelImage } from './pixelImage.ts';

/** Options of {@link saveGif} and {@link gifFromPngs}. */
export interface GifOptions {
  /** How long a frame is shown, in milliseconds; default 150. */
  readonly delayMs?: number;
  /** How long the last frame is shown, in milliseconds; default 2000. */
  readonly lastDelayMs?: number;
  /** More frames are thinned out evenly, keeping the first and the last; default 100. */
  readonly maxFrames?: number;
  /** Wider or higher frames are made smaller, in pixels; default 800. */
  readonly maxSide?: number;
}

/** Loads a frame from a file or from pixels; the frames of files are in memory one at a time. */
type LoadFrame = () => Promise<Sharp>;

/** Pixels of all frames together that the palette is made from. */
const PALETTE_PIXELS = 400_000;

/**
 * Writes an animation that repeats for ever, with one palette of 256 colours for all frames.
 *
 * @param frames one or more; frames of another size are fitted to the size of the first
 * @throws UserError when there are none, or the place cannot be written to
 */
export async function saveGif(
  path: string,
  frames: readonly PixelImage[],
  options: GifOptions = {},
): Promise<void> {
  const load = frames.map(
    ({ data, width, height, channels }): LoadFrame =>
      () =>
        Promise.resolve(sharp(data, { raw: { width, height, channels } })),
  );
  await writeGif(path, load, options);
}

/**
 * Makes an animation of picture files such as the sample grids of a run, read one by one.
 *
 * @param paths in the order of the frames
 * @throws UserError when there are none, one cannot be read, or `out` cannot be written
 */
export async function gifFromPngs(
  paths: readonly string[],
  out: string,
  options: GifOptions = {},
): Promise<void> {
  await writeGif(
    out,
    paths.map((path) => () => loadFile(path)),
    options,
  );
}

async function writeGif(
  path: string,
  frames: readonly LoadFrame[],
  { delayMs = 150, lastDelayMs = 2000, maxFrames = 100, maxSide = 800 }: GifOptions,
): Promise<void> {
  const chosen = evenly(frames, maxFrames);
  const size = await frameSize(chosen, maxSide);
  const palette = await commonPalette(chosen, size);
  const gif = GIFEncoder();
  for (const [index, load] of chosen.entries()) {
    const pixels = applyPalette(await loadRgba(load, size), palette);
    const delay = index === chosen.length - 1 ? lastDelayMs : delayMs;
    const first = index === 0 ? { palette, repeat: 0 } : {};
    gif.writeFrame(pixels, size.width, size.height, { ...first, delay });
  }
  gif.finish();
  await writePicture(path, gif.bytes());
}

interface FrameSize {
  readonly width: number;
  readonly height: number;
}

async function frameSize(frames: readonly LoadFrame[], maxSide: number): Promise<FrameSize> {
  const first = frames[0];
  if (first === undefined) {
    throw new UserError('saveGif: expected at least one frame, received none.');
  }
  const { width, height } = await (await first()).metadata();
  const scale = Math.min(1, maxSide / Math.max(width, height));
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

async function loadRgba(load: LoadFrame, { width, height }: FrameSize): Promise<Uint8Array> {
  const frame = await load();
  return frame
    .flatten({ background: '#ffffff' })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer();
}

/** Chooses the colours from pixels of all frames, every n-th one of each. */
async function commonPalette(frames: readonly LoadFrame[], size: FrameSize): Promise<GifPalette> {
  const share = Math.max(1, Math.floor(PALETTE_PIXELS / frames.length));
  const stride = Math.ceil((size.width * size.height) / share);
  const perFrame = Math.ceil((size.width * size.height) / stride);
  const samples = new Uint8Array(perFrame * frames.length * 4);
  for (const [index, load] of frames.entries()) {
    const pixels = await loadRgba(load, size);
    for (let sample = 0; sample < perFrame; sample++) {
      const from = sample * stride * 4;
      samples.set(pixels.subarray(from, from + 4), (index * perFrame + sample) * 4);
    }
  }
  return quantize(samples, 256);
}

/** At most `count` of the items, evenly spaced, with the first and the last. */
function evenly<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  if (count <= 1) return items.slice(-1);
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)]!);
}

async function loadFile(path: string): Promise<Sharp> {
  try {
    const frame = sharp(await readFile(path));
    await frame.metadata();
    return frame;
  } catch (error) {
    throw new UserError(`gifFromPngs: cannot read the frame "${path}": ${shortReason(error)}.`);
  }
}
