import { readdir } from 'node:fs/promises';
import { UserError, type HostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPlace, type TestPlace } from '../fixtures/testPlace.ts';
import { translateFiles, type TranslateFilesOptions } from './translateFiles.ts';

let place: TestPlace;
beforeAll(async () => void (place = await testPlace()));
afterAll(() => place.remove());

const quiet = {
  log: () => undefined,
  progress: () => ({ update: () => undefined, log: () => undefined, stop: () => undefined }),
  signal: new AbortController().signal,
};

/** Options with a generator that copies, and the events that it saw. */
function copying(names: readonly string[], out: string) {
  const events: string[] = [];
  const generate = (images: HostTensor): Promise<HostTensor> => {
    events.push(images.shape.slice(1, 3).join('×'));
    return Promise.resolve(images);
  };
  const release = (): Promise<void> => {
    events.push('release');
    return Promise.resolve();
  };
  const options: TranslateFilesOptions = {
    files: names.map((name) => ({ name, path: place.here(name) })),
    out: place.here(out),
    translator: { there: { generate, release }, back: undefined, channels: 3, multiple: 4 },
    sizes: { maxPixels: 1e6, tileSize: 64, tileOverlap: 8 },
    compare: false,
    overwrite: false,
  };
  return { events, options };
}

describe('translateFiles', () => {
  it('keeps one program at a time, however the sizes are mixed', async () => {
    const sizes = [
      [60, 60],
      [130, 70],
      [57, 59],
      [129, 65],
      [60, 58],
      [144, 72],
    ] as const;
    const names = await Promise.all(
      sizes.map(async ([width, height], index) => {
        const name = `p${index}.png`;
        await place.picture(name, { width, height });
        return name;
      }),
    );
    const { events, options } = copying(names, 'grouped');
    expect(await translateFiles(options, quiet)).toEqual({ translated: 6, skipped: [] });
    expect(events).toEqual([
      ...['60×60', '60×60', '60×60', 'release'],
      ...['72×144', '72×144', '72×144', 'release'],
    ]);
    expect(await readdir(place.here('grouped'))).toHaveLength(6);
  });

  it('stops between two pictures', async () => {
    const { events, options } = copying(['p0.png', 'p2.png'], 'stopped');
    const controller = new AbortController();
    const { there } = options.translator;
    const stopping = {
      ...there,
      generate: (images: HostTensor) => {
        controller.abort(new Error('enough'));
        return there.generate(images);
      },
    };
    const translator = { ...options.translator, there: stopping };
    await expect(
      translateFiles({ ...options, translator }, { ...quiet, signal: controller.signal }),
    ).rejects.toThrow('enough');
    expect(events).toEqual(['60×60']);
    expect(await readdir(place.here('stopped'))).toEqual(['p0.png']);
  });

  it('does not blame a picture for what the generator refuses', async () => {
    const { options } = copying(['p0.png'], 'refused');
    const generate = () => Promise.reject(new UserError('out of memory'));
    const translator = {
      ...options.translator,
      there: { ...options.translator.there, generate },
    };
    await expect(translateFiles({ ...options, translator }, quiet)).rejects.toThrow(
      'out of memory',
    );
  });
});
