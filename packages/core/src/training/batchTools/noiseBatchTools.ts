import { hostTensor, sizeOf, type HostTensor } from '@gan-zoo/compiler';
import type { BatchSource } from '../../data/batches/index.ts';
import { createRandom, type RandomStream } from '../../model/random/index.ts';
import type { DataConfig } from './dataConfig.ts';
import type { BatchTools } from '../../gan/definition/definition.ts';

/** Tools that need no folder: pictures of uniform noise, for verification and measurements. */
export function noiseBatchTools(config: DataConfig): BatchTools {
  const { batchSize } = config;
  const random = createRandom(config.seed);
  const source = <Batch>(batchAt: (step: number) => Batch): Promise<BatchSource<Batch>> =>
    Promise.resolve({
      stepsPerEpoch: 1000,
      batchAt: (step) => Promise.resolve(batchAt(step)),
      close: () => Promise.resolve(),
    });
  const noise = (stream: string, count: number, imageSize: number, channels: 1 | 3 = 3) => {
    const draws = random.stream(`noise/${stream}`);
    return (step: number) => noiseTensor(draws, step, [count, imageSize, imageSize, channels]);
  };
  return {
    random,
    own: () => Promise.resolve(undefined),
    images: ({ imageSize, channels, stream = 'images' }) =>
      source(noise(stream, batchSize, imageSize, channels)),
    pictures: ({ imageSize, channels, stream = 'images', part, count }) =>
      Promise.resolve(noise(`${stream}/${part}`, count, imageSize, channels)(0)),
    unpaired: ({ a, b }) => {
      const noiseA = noise('a', batchSize, a.imageSize, a.channels);
      const noiseB = noise('b', batchSize, b.imageSize, b.channels);
      return source((step) => ({ a: noiseA(step), b: noiseB(step) }));
    },
    pairs: ({ imageSize, channelsA, channelsB }) => {
      const noiseA = noise('a', batchSize, imageSize, channelsA);
      const noiseB = noise('b', batchSize, imageSize, channelsB);
      return source((step) => ({ a: noiseA(step), b: noiseB(step) }));
    },
    pairPictures: ({ imageSize, channelsA, channelsB, part, count }) =>
      Promise.resolve({
        a: noise(`a/${part}`, count, imageSize, channelsA)(0),
        b: noise(`b/${part}`, count, imageSize, channelsB)(0),
      }),
  };
}

function noiseTensor(
  draws: RandomStream,
  step: number,
  shape: readonly number[],
): HostTensor<'float32'> {
  const values = draws.at(step).uniforms(sizeOf(shape));
  return hostTensor(
    shape,
    values.map((value) => 2 * value - 1),
  );
}
