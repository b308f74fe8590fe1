export {
  gameOf,
  type AnyGame,
  type Game,
  type Networks,
  type Outcome,
  type Players,
  type Score,
  type Turn,
} from './game.ts';
export {
  gameStep,
  type GameBatch,
  type GameConfig,
  type GameState,
  type TurnBatch,
} from './gameStep.ts';
export { initGame, type InitGameOptions } from './initGame.ts';
export type { JudgedLogits, JudgeInputs, Masks, PictureKind, Player, PlayerOf } from './player.ts';
export { judgedBy } from './judgedBy.ts';
