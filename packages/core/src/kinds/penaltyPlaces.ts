import { hostTensor, type HostTensor } from '@gan-zoo/compiler';
import type { JudgeInputs } from '../gan/game/index.ts';
import type { Random } from '../model/random/index.ts';
import { hasPenalty, type LossName } from './lossNames.ts';

/** Places between real and fake pictures at a step, where the loss has a gradient penalty. */
export const penaltyPlaces = (
  { loss, batchSize }: { readonly loss: LossName; readonly batchSize: number },
  random: Random,
  discriminator: string,
  step: number,
): Pick<JudgeInputs<HostTensor>, 'alpha'> =>
  hasPenalty(loss)
    ? {
        alpha: hostTensor(
          [batchSize, 1, 1, 1],
          random.stream(`penalty/${discriminator}`).at(step).uniforms(batchSize),
        ),
      }
    : {};
