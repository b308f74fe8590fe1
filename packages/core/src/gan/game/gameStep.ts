import type { StepResult, TrainStep } from '@gan-zoo/compiler';
import * as tf from '@tensorflow/tfjs';
import { valueAndGradients } from '../../model/gradients/index.ts';
import type { NetworkState } from '../../model/layers/index.ts';
import {
  accumulating,
  adam,
  clipWeights,
  type AccumulatingOptimizer,
  type OptimizerState,
} from '../../model/optimizers/index.ts';
import {
  networkEma,
  type NetworkAverage,
  type UpdateInputs,
} from '../../model/regularisers/index.ts';
import type { AnyGame, Networks, Outcome, Turn } from './game.ts';
import { beginPlayer, type PlayerInTurn } from './beginPlayer.ts';
import { readRemembered, writeRemembered, type TurnKey } from './gameState.ts';
import type { JudgeInputs, Masks } from './player.ts';
import type { Regularised } from './regularise.ts';

/** What a game's step reads of a configuration, besides `<turn>LearningRate` of every turn. */
export interface GameConfig {
  readonly beta1: number;
  readonly emaDecay: number;
  readonly accumulationSteps: number;
  /** Weight of the gradient penalty. Default: 10. */
  readonly lambdaPenalty?: number;
  /** What weights of a trained judge are kept within after its update. Default: 0, no limit. */
  readonly clipWeights?: number;
}

/** The state of a game: networks, optimizers, averages and memory, by name. */
export type GameState = Readonly<Record<string, unknown>>;

/** A turn's part of a batch: what the kind gives it, and what core reads. */
export type TurnBatch<Leaf = tf.Tensor> = Omit<UpdateInputs<Leaf>, 'views' | 'r1Weight'> & {
  /** By discriminator. */
  readonly judges?: Readonly<Record<string, JudgeInputs<Leaf>>> | undefined;
  /** Dropout's masks by network; what is absent drops nothing. */
  readonly masks?: Readonly<Record<string, Masks<Leaf>>> | undefined;
};

/** A batch: the parts of the turns that are due, by turn, and beside them what all turns read. */
export type GameBatch = Readonly<Record<string, unknown>>;

const networkOf = (state: GameState, name: string): NetworkState => state[name] as NetworkState;

type AnyTurn = Turn<AnyGame['networks'], unknown, unknown>;
type Params = NetworkState['params'];

/** Where the state remembers a turn's networks. */
export const turnKeyOf = ({ turns, rememberedBy = 'turn' }: AnyGame, turn: string): TurnKey => ({
  ...{ turn, rememberedBy },
  trains: (turns as Readonly<Record<string, AnyTurn>>)[turn]!.trains,
});

/** The optimizer of a turn, at its own rate. */
export function optimizerOf(
  game: AnyGame,
  config: GameConfig,
  turn: string,
): AccumulatingOptimizer {
  const { beta1, accumulationSteps } = config;
  const learningRate = (config as unknown as Record<string, number>)[`${turn}LearningRate`]!;
  const optimizer = game.optimizer?.(learningRate) ?? adam({ learningRate, beta1 });
  return accumulating(optimizer, accumulationSteps);
}

/**
 * The train step of a game: its turns in order, each where the batch has a part for it. A pure
 * function, compiled or run eagerly.
 */
export function gameStep(game: AnyGame, config: GameConfig): TrainStep<GameState, GameBatch> {
  const play = createPlay(game, config);
  const isTurn = (name: string): boolean => Object.hasOwn(game.turns, name);
  return (state, batch) => {
    let shared = Object.fromEntries(Object.entries(batch).filter(([name]) => !isTurn(name)));
    let result: StepResult<GameState> = { state, metrics: {}, images: {} };
    const gradients: Record<string, Params> = {};
    for (const [name, turn] of Object.entries(game.turns) as [string, AnyTurn][]) {
      const own = batch[name];
      if (own === undefined) continue;
      const played = play(name, turn, result.state, { ...shared, ...(own as TurnBatch) });
      shared = { ...shared, ...played.pass };
      Object.assign(gradients, played.gradients);
      result = {
        ...result,
        state: played.state,
        metrics: { ...result.metrics, ...played.metrics },
      };
    }
    return { ...result, gradients };
  };
}

function createPlay(game: AnyGame, config: GameConfig) {
  const { trained = {} } = game;
  const update = createUpdate(game, config);
  return (name: string, turn: AnyTurn, state: GameState, part: TurnBatch) => {
    const { learningRate, accumulate, judges, masks, ...batch } = part;
    const own = turn.trains.map(
      (network) => [network, pick(networkOf(state, network).params, trained[network])] as const,
    );
    let judging: readonly string[] = [];
    const { value, gradients } = valueAndGradients((params: Readonly<Record<string, Params>>) => {
      const players = begin(game, config, state, params, { judges, masks });
      const outcome = complete(
        turn.loss(mapValues(players, ({ player }) => player) as never, batch, state),
      );
      judging = turn.trains.filter((network) => players[network]!.hasJudged());
      const suffixes = suffixesOf(turn.trains);
      const judged = turn.trains.map((network, at) =>
        withSuffix(players[network]!.regularised(), suffixes[at]!),
      );
      const penalties = judged.flatMap((each) => each.penalties);
      return {
        loss: penalties.reduce((sum, penalty) => tf.add(sum, penalty), outcome.loss) as tf.Scalar,
        ...{ remember: outcome.remember, pass: outcome.pass },
        metrics: logged(
          { [`${name}Loss`]: outcome.loss },
          ...judged.map(({ metrics }) => metrics),
          outcome.metrics,
        ),
        buffers: mapValues(players, ({ buffers }) => buffers()),
      };
    }, Object.fromEntries(own));
    return {
      state: {
        ...withBuffers(state, value.buffers),
        ...(value.remember as object),
        ...update(name, turn, state, {
          gradients,
          buffers: value.buffers,
          judging,
          learningRate,
          accumulate,
        }),
      },
      metrics: value.metrics,
      pass: value.pass,
      gradients,
    };
  };
}

/** What is left of names without their common beginning: A and B of `discriminatorA` and `…B`. */
function suffixesOf(names: readonly string[]): readonly string[] {
  if (names.length < 2) return [''];
  const [first = ''] = names;
  let common = 0;
  while (common < first.length && names.every((name) => name[common] === first[common])) common++;
  return names.map((name) => name.slice(common));
}

/** What is to be logged: later entries in place of earlier ones, without those undefined. */
const logged = (
  ...all: readonly Readonly<Record<string, tf.Tensor | undefined>>[]
): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(Object.assign({}, ...all) as Record<string, tf.Tensor | undefined>).filter(
      (entry): entry is [string, tf.Tensor] => entry[1] !== undefined,
    ),
  );

const withSuffix = ({ metrics, penalties }: Regularised, suffix: string): Regularised => ({
  metrics: Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [`${name}${suffix}`, metric]),
  ),
  penalties,
});

/** Begins a turn for all networks; `params` are those being trained. */
function begin(
  { networks, score, separately = true }: AnyGame,
  { lambdaPenalty = 10 }: GameConfig,
  state: GameState,
  params: Readonly<Record<string, Params>>,
  { judges = {}, masks = {} }: Pick<TurnBatch, 'judges' | 'masks'>,
): Record<string, PlayerInTurn> {
  return Object.fromEntries(
    Object.entries(networks as Networks).map(([name, module]) => {
      const network = state[name] as NetworkState;
      const own = params[name];
      return [
        name,
        beginPlayer(
          module,
          own === undefined ? network : { ...network, params: { ...network.params, ...own } },
          {
            ...{ ...judges[name], masks: masks[name], isTrained: own !== undefined },
            ...{ score, separately, lambdaPenalty },
          },
        ),
      ];
    }),
  );
}

/** What an update of a turn's networks is made of. */
interface DueUpdate extends Pick<TurnBatch, 'learningRate' | 'accumulate'> {
  readonly gradients: Readonly<Record<string, Params>>;
  readonly buffers: Readonly<Record<string, NetworkState['buffers']>>;
  /** The networks that were shown real pictures. */
  readonly judging: readonly string[];
}

/** Moves the networks that a turn trains; gives the parts of the state that change. */
function createUpdate(game: AnyGame, config: GameConfig) {
  const { clipWeights: limit = 0, emaDecay } = config;
  const ema = networkEma({ decay: emaDecay });
  const averaged: readonly string[] = game.averaged ?? [];
  const optimizers = mapValues(game.turns, (_, turn) => optimizerOf(game, config, turn));

  return (name: string, { trains }: AnyTurn, state: GameState, due: DueUpdate): GameState => {
    const [networks, slots, averages]: Record<string, unknown>[] = [{}, {}, {}];
    const key = turnKeyOf(game, name);
    const before = readRemembered<OptimizerState>(key, 'Optimizer', state);
    const formerAverages = readRemembered<NetworkAverage>(key, 'Average', state);
    for (const network of trains) {
      const { params } = state[network] as NetworkState;
      const gradients = due.gradients[network]!;
      const updated = optimizers[name]!.update({
        gradients,
        params: pick(params, (parameter) => Object.hasOwn(gradients, parameter)),
        state: before[network]!,
        learningRate: due.learningRate,
        accumulate: due.accumulate,
      });
      const isClipped = limit > 0 && due.judging.includes(network);
      const own = isClipped ? clipWeights(updated.params, limit) : updated.params;
      const next = { params: { ...params, ...own }, buffers: due.buffers[network]! };
      networks![network] = next;
      slots![network] = updated.state;
      const former = formerAverages[network];
      if (former !== undefined && averaged.includes(network)) {
        averages![network] = due.accumulate === undefined ? ema.update(former, next) : former;
      }
    }
    return {
      ...networks,
      ...writeRemembered(key, 'Optimizer', slots!),
      ...writeRemembered(key, 'Average', averages!),
    };
  };
}

const withBuffers = (
  state: GameState,
  buffers: Readonly<Record<string, NetworkState['buffers']>>,
): GameState => ({
  ...state,
  ...mapValues(buffers, (own, name) => ({ ...(state[name] as NetworkState), buffers: own })),
});

function complete(outcome: Outcome<unknown>) {
  const {
    loss,
    metrics = {},
    remember = {},
    pass = {},
  } = outcome instanceof tf.Tensor
    ? { loss: outcome as tf.Tensor }
    : (outcome as Exclude<Outcome<unknown>, tf.Tensor>);
  return { loss, metrics, remember, pass };
}

/** The parameters that are wanted; all of them without a test. */
const pick = (params: Params, isWanted: (name: string) => boolean = () => true): Params =>
  Object.fromEntries(Object.entries(params).filter(([name]) => isWanted(name)));

const mapValues = <Value, Result>(
  record: Readonly<Record<string, Value>>,
  fn: (value: Value, name: string) => Result,
): Record<string, Result> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fn(value, name)]));
