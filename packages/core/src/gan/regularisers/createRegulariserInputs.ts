import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import { learningRateAt } from '../../model/optimizers/index.ts';
import type { Random } from '../../model/random/index.ts';
import { drawAugment, type ImageShape } from '../../model/regularisers/drawAugment.ts';
import { augmentationsOf, type CheckedConfig } from './fields.ts';
import { createNoiseBank, instanceNoiseAt } from '../../model/regularisers/instanceNoise.ts';
import { scheduleOf } from './scheduleOf.ts';
import type { UpdateInputs, ViewInputs } from '../../model/regularisers/updateInputs.ts';

/** What {@link createRegulariserInputs} needs. */
export interface RegulariserInputsOptions {
  readonly config: CheckedConfig;
  /** The run's randomness. */
  readonly random: Random;
  readonly stepsPerEpoch: number;
  /** Extents of the pictures that discriminators see. */
  readonly imageShape: ImageShape;
}

/** Which update inputs are drawn for. */
export interface UpdateOptions {
  /** The network's full learning rate. */
  readonly learningRate: number;
  /** Names the network where there are several; default `discriminator` or `generator`. */
  readonly name?: string;
}

/** Draws what regularisers read, by step and without memory. */
export interface RegulariserInputs {
  /**
   * For a discriminator's update, with views of `real` and `fake` pictures.
   *
   * @param options.update how many updates of it came before, by which R1 is due; default `step`
   */
  discriminator(
    step: number,
    options: UpdateOptions & { readonly update?: number },
  ): UpdateInputs<HostTensor>;
  /**
   * For a generator's update.
   *
   * @param options.views names of the pictures of it that are judged; default `fake` alone
   */
  generator(
    step: number,
    options: UpdateOptions & { readonly views?: readonly string[] },
  ): UpdateInputs<HostTensor>;
}

/**
 * Makes the source of everything that the options of `regulariserFields` add to a batch: scheduled
 * rates, augmentations, noise, R1's weight. Spread the result into the network's part of the batch.
 * Streams of random numbers are named `regularisers/<network>/<pictures>/…`.
 */
export function createRegulariserInputs({
  config,
  random,
  stepsPerEpoch,
  imageShape,
}: RegulariserInputsOptions): RegulariserInputs {
  const { instanceNoise, instanceNoiseSteps, r1Gamma, r1EverySteps } = config;
  const kinds = augmentationsOf(config);
  const schedule = scheduleOf(config, stepsPerEpoch);
  const bank = createNoiseBank(random);

  function view(step: number, place: string): ViewInputs<HostTensor> {
    const stream = `regularisers/${place}`;
    const standardDeviation = instanceNoiseAt(instanceNoise, instanceNoiseSteps, step);
    return {
      ...drawAugment({ kinds, random, stream, step, shape: imageShape }),
      ...(standardDeviation === 0
        ? {}
        : {
            noise: bank.draw({
              ...{ shape: imageShape, stream: `${stream}/noise`, step, standardDeviation },
            }),
          }),
    };
  }

  const views = (step: number, network: string, names: readonly string[]) => {
    const drawn = names.map((name) => [name, view(step, `${network}/${name}`)] as const);
    const present = drawn.filter(([, parts]) => Object.keys(parts).length > 0);
    return present.length === 0 ? {} : { views: Object.fromEntries(present) };
  };

  const rate = (
    step: number,
    learningRate: number,
  ): Pick<UpdateInputs<HostTensor>, 'learningRate'> =>
    schedule === undefined
      ? {}
      : { learningRate: scalar(learningRateAt({ schedule, learningRate, step, stepsPerEpoch })) };

  return {
    discriminator: (step, { learningRate, name = 'discriminator', update = step }) => ({
      ...rate(step, learningRate),
      ...views(step, name, ['real', 'fake']),
      ...(r1Gamma > 0 && update % r1EverySteps === 0
        ? { r1Weight: scalar((r1Gamma / 2) * r1EverySteps) }
        : {}),
    }),
    generator: (step, { learningRate, name = 'generator', views: names = ['fake'] }) => ({
      ...rate(step, learningRate),
      ...views(step, name, names),
    }),
  };
}

const scalar = (value: number): HostTensor => hostTensor([], [value]);
