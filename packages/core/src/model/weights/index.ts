export type { Checkpoint } from './checkpoint.ts';
export { loadCheckpoint, loadCheckpointMetadata, saveCheckpoint } from './checkpoint.ts';
export type { CheckpointInfo, CheckpointMetadata } from './checkpointMetadata.ts';
export { exportTorchWeights } from './checkpointTree.ts';
export { loadWeights } from './loadWeights.ts';
export type { ExpectedTensor, MatchOptions } from './matchWeights.ts';
export { isBatchCounter, matchWeights } from './matchWeights.ts';
export type { NamedTensors } from './safetensors.ts';
export {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  readSafetensorsHeader,
  safetensorsPieces,
  writeSafetensors,
} from './safetensors.ts';
export type { SafetensorsHeader, TensorEntry } from './safetensorsHeader.ts';
export type { StoredDtype } from './storedDtypes.ts';
export { decodeTorchWeights, readTorchWeights } from './torchWeights.ts';
