import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { applyNetwork, xavierScheme } from '@gan-zoo/core';
import type * as tf from '@tensorflow/tfjs';
import type { Settings } from '../../settings.ts';
import type { Drawn, Method, Part } from '../method.ts';
import { createTurnInputs, partsOfStep } from '../parts.ts';
import { createGame } from './game.ts';
import { createNetworks } from './networks.ts';

/** The turn of generator and encoder, and with the last of a step that of the discriminators. */
const createParts: Method['createParts'] = (config, tools) => {
  const { batchSize, latentDim, channels, generatorUpdates } = config;
  const half = batchSize / 2;
  const names = ['discriminator', 'discriminator2'];
  const inputs = createTurnInputs(config, tools, names, [half, channels]);
  const normals = (stream: string, step: number, count: number): HostTensor => {
    const draws = tools.random.stream(stream).at(step);
    return hostTensor([count, latentDim], draws.normals(count * latentDim));
  };
  return (step, { source, target, references }) =>
    partsOfStep(config, step, (update, at): Part[] => {
      const shown = { source, target, ...(references === undefined ? {} : { references }) };
      if (step < config.adversarialFromEpoch * tools.stepsPerEpoch) {
        const deviations = normals('latents/encoded', at, batchSize);
        return [{ ...shown, deviations, generator: inputs.generator(at, []) }];
      }
      return [
        {
          ...shown,
          latents: normals('latents/random', at, half),
          deviations: normals('latents/encoded', at, half),
          generator: inputs.generator(at),
          ...(update === generatorUpdates - 1 ? { discriminator: inputs.discriminator(step) } : {}),
        },
      ];
    });
};

const inference = { training: false } as const;

/** Reads styles off glyphs: the means of the encoder. */
const readStyles = (config: Settings) => {
  const { encoder } = createNetworks(config);
  return (drawn: Drawn, { glyphs }: Readonly<Record<'glyphs', tf.Tensor>>): tf.Tensor =>
    applyNetwork(encoder, drawn['encoder']!, [glyphs], inference).output.mean;
};

/** Draws sources in styles that are vectors. */
const drawStyled = (config: Settings) => {
  const { generator } = createNetworks(config);
  return (
    drawn: Drawn,
    { source, styles }: Readonly<Record<'source' | 'styles', tf.Tensor>>,
  ): tf.Tensor => applyNetwork(generator, drawn['generator']!, [source, styles], inference).output;
};

/** Draws sources in the styles of other glyphs. */
const draw = (config: Settings) => {
  const [read, drawIn] = [readStyles(config), drawStyled(config)];
  return (
    drawn: Drawn,
    { source, references }: Readonly<Record<'source' | 'references', tf.Tensor>>,
  ): tf.Tensor => drawIn(drawn, { source, styles: read(drawn, { glyphs: references }) });
};

/** BicycleGAN: styles are vectors, read off a glyph or drawn at random. See {@link createGame}. */
export const bicycle: Method = {
  createGame,
  scheme: ({ initGain }) => xavierScheme(initGain),
  createParts,
  sampleInputs: (_config, _random, { source, references }) => ({ source, references }),
  draw,
  styles: { length: ({ latentDim }) => latentDim, read: readStyles, draw: drawStyled },
  judges: 'glyphs',
};
