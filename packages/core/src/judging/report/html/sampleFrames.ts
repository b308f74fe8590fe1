import { statSync } from 'node:fs';
import sharp from 'sharp';

import type { RunFolder, StepFile } from '../../../training/run/index.ts';
import { namesIn } from '../../../training/run/runFolder.ts';
import { pickFrames } from './pickFrames.ts';

/** A picture in the page. */
export interface SampleFrame {
  readonly step: number;
  readonly dataUri: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The grids of one label over time. */
export interface SampleSeries {
  readonly label: string | undefined;
  /** How many grids the run has; the page shows a choice of them. */
  readonly count: number;
  readonly frames: readonly SampleFrame[];
  /** What stands in the columns of a grid; none where all is of one kind. */
  readonly columns: readonly string[];
}

/** Reads the grids of a run for its page; pictures that it has encoded once are kept. */
export interface SampleReader {
  read(run: RunFolder): Promise<SampleSeries[]>;
}

/** Frames of all labels together. */
const FRAME_LIMIT = 32;
/** Bytes of all pictures together, before base64 makes them a third larger. */
const BYTE_LIMIT = 5_500_000;
/** Pixels; larger grids are made smaller. */
const LARGEST_WIDTH = 800;
const LARGEST_HEIGHT = 1600;

const labelPattern = /^step-\d+(?:-(.+))?\.png$/;

/** Makes a {@link SampleReader}. */
export function createSampleReader(): SampleReader {
  let cache = new Map<string, Encoded | undefined>();
  return {
    read: async (run) => {
      const series = labelsOf(run).map((label) => ({ label, files: run.listSamples(label) }));
      const used = new Map<string, Encoded | undefined>();
      const frameOf = async (file: StepFile): Promise<Encoded | undefined> => {
        const key = keyOf(file);
        if (!used.has(key)) used.set(key, cache.has(key) ? cache.get(key) : await encode(file));
        return used.get(key);
      };
      let limit = Math.max(4, Math.floor(FRAME_LIMIT / Math.max(1, series.length)));
      let shown = await chooseFrames(series, limit, frameOf);
      while (bytesOf(shown) > BYTE_LIMIT && limit > 2) {
        limit = Math.floor(limit / 2);
        shown = await chooseFrames(series, limit, frameOf);
      }
      cache = used;
      return shown.filter(({ frames }) => frames.length > 0);
    },
  };
}

interface ChosenSeries extends SampleSeries {
  readonly frames: readonly Encoded[];
}

async function chooseFrames(
  series: readonly { label: string | undefined; files: readonly StepFile[] }[],
  limit: number,
  frameOf: (file: StepFile) => Promise<Encoded | undefined>,
): Promise<ChosenSeries[]> {
  const chosen: ChosenSeries[] = [];
  for (const { label, files } of series) {
    const frames: Encoded[] = [];
    for (const index of pickFrames(files.length, limit)) {
      const frame = await frameOf(files[index]!);
      if (frame !== undefined) frames.push(frame);
    }
    chosen.push({ label, count: files.length, frames, columns: [] });
  }
  return chosen;
}

const bytesOf = (series: readonly ChosenSeries[]): number =>
  series.flatMap(({ frames }) => frames).reduce((sum, { bytes }) => sum + bytes, 0);

interface Encoded extends SampleFrame {
  readonly bytes: number;
}

/** Undefined when the file is no picture, such as one that is just being copied. */
async function encode({ step, path }: StepFile): Promise<Encoded | undefined> {
  try {
    const { data, info } = await sharp(path)
      .resize({
        ...{ width: LARGEST_WIDTH, height: LARGEST_HEIGHT },
        ...{ fit: 'inside', withoutEnlargement: true },
      })
      .webp({ quality: 82, effort: 2 })
      .toBuffer({ resolveWithObject: true });
    const dataUri = `data:image/webp;base64,${data.toString('base64')}`;
    return { step, dataUri, width: info.width, height: info.height, bytes: data.length };
  } catch {
    return undefined;
  }
}

/** A grid that was drawn anew after a resume has another time. */
function keyOf({ path }: StepFile): string {
  const { mtimeMs, size } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0 };
  return `${path} ${mtimeMs} ${size}`;
}

function labelsOf(run: RunFolder): (string | undefined)[] {
  const labels = namesIn(run.samples).flatMap((name) => {
    const match = labelPattern.exec(name);
    return match === null ? [] : [match[1]];
  });
  return [...new Set(labels)].sort((a = '', b = '') => (a < b ? -1 : 1));
}
