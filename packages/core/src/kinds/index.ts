export { demoCommand, type DemoOptions } from './demoCommand.ts';
export { gameFields, refuseGameMistakes, withDefaults } from './gameFields.ts';
export * from './imageToImage/index.ts';
export * from './noiseToImage/index.ts';
export {
  hasLabels,
  hasPenalty,
  lossNames,
  meanObjectiveOf,
  objectiveOf,
  type LossName,
  type Objective,
} from './objective.ts';
