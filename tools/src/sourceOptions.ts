/**
 * Options for Node that run a file of the sources, as the targets of `nx.json` do. A young generation
 * of a few megabytes is enough for programs whose numbers lie outside of the heap. TensorFlow.js is
 * loaded before tsx, which would keep the source maps of all its files.
 */
export const sourceOptions: readonly string[] = [
  ...['--conditions=@gan-zoo/source', '--max-semi-space-size=1'],
  ...['--import', '@tensorflow/tfjs', '--import', 'tsx'],
];
