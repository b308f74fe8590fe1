/** Sources instead of what is built, and a young generation of a few megabytes: numbers lie outside of the heap. */
const common = ['--conditions=@gan-zoo/source', '--max-semi-space-size=1'];

/**
 * Options for Node that start an app's command line, as its targets do. zod is loaded before tsx,
 * which would look into each of its many files; TensorFlow.js is loaded by the command that needs it.
 */
export const appOptions: readonly string[] = [...common, '--import', 'zod', '--import', 'tsx'];

/**
 * Those of the targets that train, whose JavaScript has little to do: V8 keeps less code of it in
 * memory, and runs it more slowly.
 */
export const trainingOptions: readonly string[] = ['--optimize-for-size', ...appOptions];

/**
 * Options for Node that run any other file of the sources. TensorFlow.js is loaded before tsx, which
 * would keep the source maps of all its files.
 */
export const sourceOptions: readonly string[] = [
  ...common,
  ...['--import', '@tensorflow/tfjs', '--import', 'tsx'],
];
