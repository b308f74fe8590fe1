import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { flattenTree, nativeRoot, type HostTensor } from '@gan-zoo/compiler';
import { runCli } from '../command/cli/index.ts';
import { createRandom } from '../model/random/index.ts';
import { savePng } from '../data/images/index.ts';
import { readMetrics, runFolderAt, type RunFolder } from '../training/run/index.ts';
import { trainCommand } from '../command/common/trainCommand.ts';
import type { AnyGanDefinition } from '../gan/definition/definition.ts';
import type { ObserverFactory, TrainObserver } from '../training/trainer/observer.ts';
import { standardObservers } from '../judging/standardObservers.ts';
import { loadCheckpoint } from '../model/weights/index.ts';
import { eagerBackend } from './eagerBackend.ts';

/** Options of {@link assertExactResume}. */
export interface ExactResumeOptions {
  /** Options of the training besides the definition's `tinyConfig`; default `data: 'pictures'`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Folders of pictures to make, relative to where the training runs; default `['pictures']`. */
  readonly folders?: readonly string[];
  /** Pictures in each folder; default 13. */
  readonly pictures?: number;
  /** Side of these pictures in pixels; default 64. */
  readonly pictureSize?: number;
  /** Makes other data than pictures of noise, in a folder; default none. */
  readonly prepare?: (root: string) => Promise<void>;
  /** Length of the training; default 7 steps. */
  readonly steps?: number;
  /** Default the compiled CPU backend and {@link eagerBackend}. */
  readonly backends?: readonly string[];
  /** Who watches; default those of every training. */
  readonly observers?: readonly ObserverFactory[];
}

/**
 * Checks that a training of an app which is stopped after every single step (by its length and by an
 * interruption in turns) and resumed ends with the same files as one that never stopped: every checkpoint and every grid byte for byte, and the
 * metrics but for times. The two use different numbers of workers.
 *
 * @throws Error that says what differs
 */
export async function assertExactResume(
  definition: AnyGanDefinition,
  options: ExactResumeOptions = {},
): Promise<void> {
  const {
    steps = 7,
    backends = ['onnx-cpu', eagerBackend],
    observers = standardObservers,
  } = options;
  const train = { definition, observers };
  const root = await mkdtemp(join(tmpdir(), 'gan-zoo-resume-'));
  const cacheBefore = process.env['GAN_ZOO_CACHE'];
  // Native libraries stay where they are while the cache of pictures moves.
  process.env['GAN_ZOO_NATIVE'] ||= nativeRoot();
  try {
    await makeData(root, options);
    const given = trainOptions(definition, options);
    await writeFile(join(root, 'options.json'), JSON.stringify(given));
    for (const backend of backends) {
      const start = `train --config options.json --backend ${backend}`;
      const names = { whole: `${backend}-whole`, parts: `${backend}-parts` };
      useCache(join(root, 'cache-whole'));
      await call(train, root, `${start} --out ${names.whole} --steps ${steps} --workers 1`);
      useCache(join(root, 'cache-parts'));
      for (let step = 1; step <= steps; step++) {
        const first = `${start} --out ${names.parts} --workers 3`;
        const words = step === 1 ? first : `train --resume ${names.parts}`;
        const isDrawn = step % Number(given['sampleEverySteps']) === 0;
        if (step % 3 === 0 || step === steps) await call(train, root, `${words} --steps ${step}`);
        else await callAndInterrupt(train, root, `${words} --steps ${steps}`, step, isDrawn);
      }
      await assertSameRuns(
        runFolderAt(join(root, names.whole)),
        runFolderAt(join(root, names.parts)),
      );
    }
  } finally {
    useCache(cacheBefore);
    await rm(root, { recursive: true, force: true });
  }
}

/** Everything happens within few steps, and no checkpoint is removed. */
const trainOptions = (
  { tinyConfig }: AnyGanDefinition,
  { config }: ExactResumeOptions,
): Record<string, unknown> => ({
  ...tinyConfig,
  ...{ data: 'pictures', heldBackImages: 2, threads: 1, epochs: 1000 },
  ...{ plotEverySteps: 3, sampleEverySteps: 2, saveEverySteps: 4, keepLast: 1000 },
  ...config,
});

function useCache(folder: string | undefined): void {
  if (folder === undefined) delete process.env['GAN_ZOO_CACHE'];
  else process.env['GAN_ZOO_CACHE'] = folder;
}

async function makeData(
  root: string,
  { folders = ['pictures'], pictures = 13, pictureSize = 64, prepare }: ExactResumeOptions,
): Promise<void> {
  if (prepare !== undefined) return prepare(root);
  for (const folder of folders) await saveNoisePictures(join(root, folder), pictures, pictureSize);
}

/**
 * Writes pictures of noise, `0.png` and so on: the same for the same folder's name.
 *
 * @param folder made when it is missing
 */
export async function saveNoisePictures(
  folder: string,
  count: number,
  size: number,
): Promise<void> {
  const stream = createRandom(0).stream(`pictures/${basename(folder)}`);
  for (let picture = 0; picture < count; picture++) {
    const values = stream.at(picture).uniforms(size * size * 3);
    const data = Uint8Array.from(values, (value) => Math.floor(256 * value));
    await savePng(join(folder, `${picture}.png`), { width: size, height: size, channels: 3, data });
  }
}

/** What is trained, and who watches. */
interface Train {
  readonly definition: AnyGanDefinition;
  readonly observers: readonly ObserverFactory[];
}

const call = (train: Train, root: string, words: string): Promise<void> =>
  runTrain(train, root, words, 0, new EventEmitter());

/** Interrupts a training as Ctrl-C does, at a step. */
async function callAndInterrupt(
  { definition, observers }: Train,
  root: string,
  words: string,
  at: number,
  isDrawn: boolean,
): Promise<void> {
  const signals = new EventEmitter();
  const interrupt = ({ step }: { step: number }): void => {
    if (step === at) signals.emit('SIGINT', 'SIGINT');
  };
  // In turns at the end of a step, and amid the work on its samples.
  const create = (): TrainObserver => (isDrawn ? { drawn: interrupt } : { step: interrupt });
  const interrupted = [...observers, { name: 'interruption', create }];
  await runTrain({ definition, observers: interrupted }, root, words, 130, signals);
}

async function runTrain(
  { definition, observers }: Train,
  root: string,
  words: string,
  expected: number,
  signals: EventEmitter,
): Promise<void> {
  let text = '';
  const sink = { write: (part: string) => (text += part) };
  const code = await runCli({
    ...{ name: definition.name, version: definition.version, description: '', signals },
    ...{ commands: [trainCommand(definition, [], observers)], argv: words.split(' ') },
    ...{ env: { INIT_CWD: root }, stdout: sink, stderr: sink },
  });
  if (code === expected) return;
  throw new Error(`${words}: expected exit code ${expected}, received ${code}.\n${text}`);
}

async function assertSameRuns(whole: RunFolder, parts: RunFolder): Promise<void> {
  const lists = [whole.listCheckpoints(), whole.listSamples()].flat();
  const expected = lists.map(({ path }) => path.slice(whole.path.length));
  if (whole.listCheckpoints().length === 0) throw new Error('expected checkpoints, found none.');
  for (const name of expected) {
    const [a, b] = await Promise.all(
      [whole, parts].map(({ path }) => readFile(join(path, name)).catch(() => undefined)),
    );
    if (b !== undefined && a!.equals(b)) continue;
    const what =
      b === undefined
        ? 'no such file'
        : await describeDifference(join(whole.path, name), join(parts.path, name));
    throw new Error(
      `${name}: expected the same in ${parts.path} as in ${whole.path}, found ${what}.`,
    );
  }
  const [metrics, others] = await Promise.all([whole, parts].map(metricsOf));
  if (metrics !== others) {
    throw new Error(`metrics.jsonl: expected\n${metrics}\nafter resumes, received\n${others}`);
  }
}

/** Which part of a checkpoint is another one. */
async function describeDifference(whole: string, parts: string): Promise<string> {
  if (!whole.endsWith('.safetensors')) return 'other bytes';
  const [a, b] = await Promise.all([whole, parts].map((path) => loadCheckpoint(path)));
  const tensors = new Map(flattenTree<HostTensor>(b!.state).map(({ path, leaf }) => [path, leaf]));
  const tensor = flattenTree<HostTensor>(a!.state).find(
    ({ path, leaf }) => !isDeepStrictEqual(leaf, tensors.get(path)),
  );
  if (tensor !== undefined) return `another state, first in ${tensor.path}`;
  return `other metadata: ${JSON.stringify(b!.metadata)} instead of ${JSON.stringify(a!.metadata)}`;
}

/** The records without what depends on the time. */
async function metricsOf({ metrics }: RunFolder): Promise<string> {
  const { records } = await readMetrics(metrics);
  return records
    .map(({ seconds: _seconds, imagesPerSecond: _rate, ...record }) => JSON.stringify(record))
    .join('\n');
}
