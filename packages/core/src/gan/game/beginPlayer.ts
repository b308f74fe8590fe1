import * as tf from '@tensorflow/tfjs';
import { mapTree } from '@gan-zoo/compiler';
import { stopGradient } from '../../model/gradients/index.ts';
import { applyNetwork, type NetworkState } from '../../model/layers/index.ts';
import { seenBy } from '../../model/regularisers/index.ts';
import type { AnyNetwork } from './network.ts';
import { logitsOf, mapsOf } from './logitsOf.ts';
import type { JudgeInputs, Masks, PictureKind, PlayerOf } from './player.ts';
import { regularise, type Regularised, type RegulariseOptions } from './regularise.ts';

/** How a network takes part in a turn. */
export interface PlayerOptions extends JudgeInputs, RegulariseOptions {
  readonly isTrained: boolean;
  /** Default: nothing is dropped. */
  readonly masks?: Masks | undefined;
  readonly separately: boolean;
}

type AnyPlayer = PlayerOf<readonly tf.Tensor[], unknown>;
type Values = Readonly<Record<string, tf.Tensor>>;

/** A player with what core asks it after the turn. */
export interface PlayerInTurn {
  readonly player: AnyPlayer;
  /** The running statistics that the turn's applications have left. */
  readonly buffers: () => NetworkState['buffers'];
  /** Whether it was shown real pictures, as a discriminator or critic is. */
  readonly hasJudged: () => boolean;
  /** Scores and penalties of a discriminator that is trained; nothing of any other network. */
  readonly regularised: () => Regularised;
}

/** What happens to a network in a turn. */
interface Course {
  readonly module: AnyNetwork;
  /** As the turn finds it. */
  readonly initial: NetworkState;
  buffers: NetworkState['buffers'];
  readonly seen: Partial<Record<PictureKind, tf.Tensor>>;
  readonly verdicts: Partial<Record<PictureKind, readonly tf.Tensor[]>>;
  readonly options: PlayerOptions;
}

/**
 * Begins a turn for a network: running statistics go from one application to the next, and what it
 * is shown as a discriminator is remembered for scores and penalties.
 */
export function beginPlayer(
  module: AnyNetwork,
  initial: NetworkState,
  options: PlayerOptions,
): PlayerInTurn {
  const { buffers } = initial;
  const course: Course = { module, initial, buffers, options, seen: {}, verdicts: {} };
  const player = playerOf(course, { leavesTrace: true, params: initial.params });
  return {
    player,
    buffers: () => course.buffers,
    hasJudged: () => course.seen.real !== undefined,
    regularised: () =>
      options.isTrained
        ? regularise((images) => logitsOf(player.peek(images)), course, options)
        : { metrics: {}, penalties: [] },
  };
}

/** How a player is applied. */
interface Manner {
  /** Whether running statistics go on from one application to the next. */
  readonly leavesTrace: boolean;
  readonly params: Values;
}

function playerOf(course: Course, manner: Manner): AnyPlayer {
  const { module, options } = course;
  const runPart = (part: AnyNetwork, masks: Masks, inputs: readonly tf.Tensor[]): unknown => {
    const buffers = manner.leavesTrace ? course.buffers : course.initial.buffers;
    const isWhole = part === module;
    const state = isWhole
      ? { params: manner.params, buffers }
      : { params: among(part, manner.params), buffers: among(part, buffers) };
    const after = applyNetwork(part, state, inputs, { training: true, masks });
    if (manner.leavesTrace) course.buffers = { ...buffers, ...after.buffers };
    return after.output as unknown;
  };
  const run = (masks: Masks, inputs: readonly tf.Tensor[]) => runPart(module, masks, inputs);
  const apply = (...inputs: tf.Tensor[]): unknown => run(options.masks ?? {}, inputs);
  return Object.defineProperties(
    Object.assign(apply, {
      masked: (masks: Masks, ...inputs: tf.Tensor[]) => run(masks, inputs),
      part:
        (part: AnyNetwork) =>
        (...inputs: tf.Tensor[]) =>
          runPart(part, {}, inputs),
      ...judging(course, apply),
    }),
    {
      peek: { get: () => playerOf(course, { ...manner, leavesTrace: false }) },
      held: { get: () => playerOf(course, { ...manner, params: heldConstant(manner.params) }) },
    },
  ) as unknown as AnyPlayer;
}

/** What a player does as a discriminator. */
function judging(course: Course, apply: (...inputs: tf.Tensor[]) => unknown) {
  const { options, seen, verdicts } = course;
  function each(batches: readonly tf.Tensor[]): tf.Tensor[] {
    if (options.separately || batches.length < 2) {
      return batches.map((batch) => apply(batch) as tf.Tensor);
    }
    const sizes = batches.map(({ shape }) => shape[0]!);
    return tf.split(apply(tf.concat([...batches], 0)) as tf.Tensor, sizes, 0);
  }
  function look(kind: PictureKind, pictures: tf.Tensor): tf.Tensor {
    const view = seenBy(options.views?.[kind], pictures);
    seen[kind] ??= view;
    return view;
  }
  function heard(kind: PictureKind, output: unknown): tf.Tensor {
    verdicts[kind] ??= mapsOf(output);
    return logitsOf(output);
  }
  function sees(kind: PictureKind, pictures: tf.Tensor): unknown {
    const output = apply(look(kind, pictures));
    heard(kind, output);
    return output;
  }
  function judge({ real, fake }: { readonly real?: tf.Tensor; readonly fake: tf.Tensor }) {
    if (real === undefined) return { fakeLogits: logitsOf(sees('fake', fake)) };
    const [ofReal, ofFake] = each([look('real', real), look('fake', fake)]);
    return { realLogits: heard('real', ofReal), fakeLogits: heard('fake', ofFake) };
  }
  return { each, sees, judge };
}

/** The values that a part of a network has. */
const among = (part: AnyNetwork, values: Values): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(values).filter(([name]) => Object.hasOwn(part.parameters, name)),
  );

const heldConstant = (params: Values): Record<string, tf.Tensor> =>
  mapTree<tf.Tensor, tf.Tensor>(params, stopGradient) as Record<string, tf.Tensor>;
