/**
 * Options for Node that run a file of the sources, as the targets of `nx.json` do. A young generation
 * of a few megabytes is enough for programs whose numbers lie outside of the heap. TensorFlow.js is
 * loaded before tsx, which would keep the source maps of all its files.
 */
export const sourceOptions: readonly string[] = [
  ...['--conditions=@gan-zoo/source', '--max-semi-space-size=1'],
  ...['--import', '@tensorflow/tfjs', '--import', 'tsx'],
];

/**
 * Those of the targets that train, whose JavaScript has little to do: V8 keeps less code of it in
 * memory, and runs it more slowly.
 */
export const trainingOptions: readonly string[] = ['--optimize-for-size', ...sourceOptions];
