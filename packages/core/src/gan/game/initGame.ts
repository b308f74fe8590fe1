import type { HostTensor, Tree } from '@gan-zoo/compiler';
import { initNetwork, type HostNetworkState, type InitScheme } from '../../model/layers/index.ts';
import type { Random } from '../../model/random/index.ts';
import { networkEma } from '../../model/regularisers/index.ts';
import type { AnyGame, Networks, Turn } from './game.ts';
import { writeRemembered } from './gameState.ts';
import { optimizerOf, turnKeyOf, type GameConfig } from './gameStep.ts';

/** What {@link initGame} begins with. */
export interface InitGameOptions {
  readonly config: GameConfig;
  readonly random: Random;
  /** How parameters start, in place of the layers' own initialisers. Default: these. */
  readonly scheme?: InitScheme;
  /** Networks by name to begin with instead of new ones. Default: none. */
  readonly given?: Readonly<Partial<Record<string, HostNetworkState>>>;
}

/**
 * The state of a game before the first step: its networks, optimizers that know nothing, averages
 * where `emaDecay` asks for them, and the game's own memory.
 */
export function initGame(
  game: AnyGame,
  { config, random, scheme = {}, given = {} }: InitGameOptions,
): Tree<HostTensor> {
  const networks: Record<string, HostNetworkState> = {};
  for (const [name, module] of Object.entries(game.networks as Networks)) {
    networks[name] = given[name] ?? initNetwork(module, random, { name, scheme });
  }
  // In the order of the networks, whichever turn is played first.
  const order = Object.keys(networks);
  const turns = (Object.entries(game.turns) as [string, Turn<never, unknown, unknown>][]).sort(
    ([, a], [, b]) => order.indexOf(a.trains[0]!) - order.indexOf(b.trains[0]!),
  );
  const optimizers = turns.map(([turn, { trains }]) => {
    const { init } = optimizerOf(game, config, turn);
    const slots = trains.map((name: string) => {
      const isTrained = game.trained?.[name] ?? (() => true);
      const own = Object.entries(networks[name]!.params).filter(([parameter]) =>
        isTrained(parameter),
      );
      return [name, init(Object.fromEntries(own))] as const;
    });
    return writeRemembered(turnKeyOf(game, turn), 'Optimizer', Object.fromEntries(slots));
  });
  const ema = networkEma({ decay: config.emaDecay });
  const averaged = turns.map(([turn, { trains }]) => {
    const own = (trains as readonly string[]).flatMap((name) => {
      const isAveraged = (game.averaged as readonly string[] | undefined)?.includes(name);
      const average = isAveraged === true ? ema.init(networks[name]!) : undefined;
      return average === undefined ? [] : [[name, average] as const];
    });
    return writeRemembered(turnKeyOf(game, turn), 'Average', Object.fromEntries(own));
  });
  return {
    ...networks,
    ...(Object.assign({}, ...optimizers, ...averaged) as object),
    ...game.memory?.(),
  } as unknown as Tree<HostTensor>;
}
