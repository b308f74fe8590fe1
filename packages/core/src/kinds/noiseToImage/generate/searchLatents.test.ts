import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../model/random/index.ts';
import type { DrawJudged } from './judgedPictures.ts';
import { searchLatents, type SearchOptions } from './searchLatents.ts';

/** Scores a latent by its first coordinate, which its one pixel shows. */
function tools() {
  const calls: number[] = [];
  let drawn = 0;
  const draw: DrawJudged = (latents, firstIndex) => {
    calls.push(latents.length);
    return Promise.resolve(
      latents.map((latent, place) => ({
        latent,
        score: latent[0]!,
        index: firstIndex + place,
        image: () => {
          drawn++;
          return {
            width: 1,
            height: 1,
            channels: 1 as const,
            data: Uint8Array.of(firstIndex + place),
          };
        },
      })),
    );
  };
  const options: SearchOptions = {
    draw,
    random: createRandom(3),
    latentDim: 2,
    latentMean: 0,
    latentStandardDeviation: 1,
    searchNum: 20,
    num: 5,
    blockSize: 8,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  return { options, calls, drawnCount: () => drawn };
}

describe('searchLatents', () => {
  it('keeps the best of all blocks with their pictures, and makes no others', async () => {
    const { options, calls, drawnCount } = tools();
    const seen: number[] = [];
    const best = await searchLatents({ ...options, onProgress: (done) => seen.push(done) });
    expect(calls).toEqual([8, 8, 4]);
    expect(seen).toEqual([8, 16, 20]);
    expect(drawnCount()).toBeLessThanOrEqual(15);
    const all = Array.from(
      { length: 20 },
      (_, index) => createRandom(3).stream('latents/generate').at(index).normals(2)[0]!,
    );
    expect(best.map(({ score }) => score)).toEqual(all.sort((a, b) => b - a).slice(0, 5));
    for (const { index, image } of best) expect(image().data[0]).toBe(index);
  });

  it('does not depend on the size of its blocks; a longer search only adds candidates', async () => {
    const indices = async (changes: Partial<SearchOptions>) =>
      (await searchLatents({ ...tools().options, ...changes })).map(({ index }) => index);
    expect(await indices({ blockSize: 3 })).toEqual(await indices({ blockSize: 20 }));
    const short = await indices({ num: 20 });
    const long = await indices({ num: 40, searchNum: 40 });
    expect(long.filter((index) => index < 20)).toEqual(short);
  });

  it('scales and shifts the latents', async () => {
    const { options } = tools();
    const plain = await searchLatents(options);
    const moved = await searchLatents({ ...options, latentMean: 5, latentStandardDeviation: 2 });
    expect(moved.map(({ index }) => index)).toEqual(plain.map(({ index }) => index));
    moved.forEach(({ latent }, at) =>
      expect(latent[1]).toBeCloseTo(5 + 2 * plain[at]!.latent[1]!, 5),
    );
  });

  it('stops between blocks when told to', async () => {
    const { options, calls } = tools();
    const stop = new AbortController();
    const searching = searchLatents({
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    });
    await expect(searching).rejects.toThrow('stopped');
    expect(calls).toEqual([8]);
  });
});
