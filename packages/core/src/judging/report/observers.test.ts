import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

import { runFolderAt, writeRunConfig, type RunFolder } from '../../training/run/index.ts';
import type {
  ObserverFactory,
  ObserverPlace,
  TrainObserver,
} from '../../training/trainer/observer.ts';
import { definitionFacts } from './definitionFacts.ts';
import { readEvents } from './events/fixtures/readEvents.ts';
import { eventsObserver } from './eventsObserver.ts';
import { reportObserver } from './reportObserver.ts';

let root: string;
let run: RunFolder;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'observers-'));
  run = runFolderAt(root);
  mkdirSync(run.samples);
  await writeRunConfig(run, { app: 'tiny-gan', version: '1', config: { epochs: 2 } });
});
afterEach(() => rmSync(root, { recursive: true }));

/** The part of a definition that reports read. */
const definition = {
  name: 'tiny-gan',
  schema: z.object({ epochs: z.int().default(3).describe('Passes') }),
  presets: {},
  plots: [{ name: 'losses', title: 'The losses', yLabel: 'loss', metrics: ['generatorLoss'] }],
  sample: {
    grids: [{ label: 'a-to-b', columns: ['realA', 'fakeB'] }, { columns: ['realB', 'fakeA'] }],
    fakes: [
      { name: 'fakeB', like: 'b', from: 'realA' },
      { name: 'fakeA', like: 'a', from: 'realB' },
    ],
  },
};

async function observe(
  factory: ObserverFactory,
  place: Partial<ObserverPlace> = {},
): Promise<TrainObserver> {
  const { signal } = new AbortController();
  const whole = { definition, run, startStep: 0, rollbacks: [], signal, ...place };
  return (await factory.create(whole as never))!;
}

const moment = (step: number) => ({ step, epoch: 0, path: '', state: {} });

async function drawSamples(step: number): Promise<string[]> {
  const paths = [run.sample(step, 'a-to-b'), run.sample(step)];
  const create = { width: 4, height: 2, channels: 3, background: 'red' } as const;
  for (const path of paths) await sharp({ create }).png().toFile(path);
  return paths;
}

const eventFiles = (): string[] =>
  readdirSync(run.file('events'))
    .sort()
    .map((name) => join(run.file('events'), name));

describe('eventsObserver', () => {
  it('writes what was logged and drawn, under the names of plots and grids', async () => {
    const observer = await observe(eventsObserver);
    const values = { generatorLoss: 0.5, other: 2, imagesPerSecond: 64, 'kid/fakeA': 0.25 };
    await observer.logged!({ step: 20, epoch: 1, seconds: 3, ...values });
    const paths = await drawSamples(20);
    expect(await observer.drawn!({ ...moment(20), images: {}, paths })).toBeUndefined();
    await observer.logged!({ step: 40, generatorLoss: 0.75 });
    await observer.saved!(moment(40));
    const [path] = eventFiles();
    const [, scalars, first, second, last, ...rest] = readEvents(path!);
    expect(scalars).toMatchObject({
      step: 20,
      scalars: {
        ...{ 'losses/generatorLoss': 0.5, 'metrics/other': 2 },
        ...{ 'speed/imagesPerSecond': 64, 'kid/fakeA': 0.25 },
      },
    });
    expect(Object.keys(scalars!.scalars)).toHaveLength(4);
    expect(first!.images['samples/a-to-b']).toMatchObject({ width: 4, height: 2, colorspace: 3 });
    expect(second!.images['samples']!.png.equals(readFileSync(paths[1]!))).toBe(true);
    expect(last).toMatchObject({ step: 40, scalars: { 'losses/generatorLoss': 0.75 } });
    expect(rest).toEqual([]);
  });

  it.each([
    ['a resume', { startStep: 20 }, 21],
    ['a rollback to the start', { rollbacks: [{ from: 5, to: 0, factor: 0.5, cause: 'x' }] }, 1],
  ])('ends what came after %s', async (_name, place, step) => {
    await observe(eventsObserver);
    await observe(eventsObserver, place);
    const [first, second] = eventFiles().map((path) => readEvents(path));
    expect(first!.map(({ sessionStatus }) => sessionStatus)).toEqual([undefined]);
    expect(second![1]).toMatchObject({ step, sessionStatus: 1 });
  });
});

describe('reportObserver', () => {
  const page = (): string => readFileSync(run.file('report.html'), 'utf8');

  it('writes the page with every checkpoint and at the end', async () => {
    const observer = await observe(reportObserver);
    await drawSamples(20);
    await observer.saved!(moment(20));
    expect(page()).toContain('<span class="badge training">training</span>');
    expect(page()).toContain('npx nx run tiny-gan:translate -- --run');
    expect(await observer.ended!(moment(40))).toEqual([run.file('report.html')]);
    expect(page()).toContain('<span class="badge finished">finished</span>');
  });

  it('leaves pages out when checkpoints follow fast, and makes up for it', async () => {
    const observer = await observe(reportObserver);
    const clock = { time: 0 };
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => (clock.time += 1000));
    try {
      // A page takes one second by this clock: the next one is due 20 s later.
      await observer.saved!(moment(20));
      await drawSamples(40);
      await observer.saved!(moment(40));
      expect(page()).not.toContain('<img');
      clock.time += 20_000;
      await observer.saved!(moment(60));
      expect(page()).toContain('<img');
    } finally {
      spy.mockRestore();
    }
  });

  it('does not begin when there is no time left', async () => {
    const controller = new AbortController();
    const observer = await observe(reportObserver, { signal: controller.signal });
    controller.abort();
    await observer.saved!(moment(20));
    expect(existsSync(run.file('report.html'))).toBe(false);
  });

  it('says when a run was interrupted', async () => {
    const controller = new AbortController();
    const observer = await observe(reportObserver, { signal: controller.signal });
    await observer.saved!(moment(20));
    controller.abort();
    await observer.saved!(moment(21));
    expect(page()).toContain('<span class="badge interrupted">interrupted</span>');
  });
});

describe('definitionFacts', () => {
  it('names columns, and the commands for a network that translates', () => {
    expect(definitionFacts(definition as never)).toMatchObject({
      columns: { 'a-to-b': ['realA', 'fakeB'], '': ['realB', 'fakeA'] },
      uses: [
        'translate --direction a-to-b --input pictures --out translated',
        'translate --input pictures --out translated',
      ],
    });
  });

  it('names the command of one that draws', () => {
    const sample = { grids: [], fakes: [{ name: 'fakeImages', like: 'images' }] };
    expect(definitionFacts({ ...definition, sample } as never).uses).toEqual([
      'generate --out pictures.png',
    ]);
  });
});
