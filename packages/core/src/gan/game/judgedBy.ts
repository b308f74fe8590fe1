import type { HostTensor } from '@gan-zoo/compiler';
import type { UpdateInputs } from '../../model/regularisers/index.ts';
import type { TurnBatch } from './gameStep.ts';
import type { JudgeInputs } from './player.ts';

/**
 * What regularisers add to a turn's part of a batch, for a turn in which one discriminator judges.
 *
 * @param discriminator its name among the game's networks
 * @param own what it reads besides, such as `alpha`
 */
export function judgedBy(
  discriminator: string,
  { views, r1Weight, ...inputs }: UpdateInputs<HostTensor>,
  own: JudgeInputs<HostTensor> = {},
): TurnBatch<HostTensor> {
  const judge = {
    ...own,
    ...(views === undefined ? {} : { views }),
    ...(r1Weight === undefined ? {} : { r1Weight }),
  };
  return Object.keys(judge).length === 0
    ? inputs
    : { ...inputs, judges: { [discriminator]: judge } };
}
