/**
 * Imports TensorFlow.js ahead of the work that needs it. What runs sources makes Node keep source
 * maps, and those of TensorFlow.js would occupy more memory than its code: they are left out.
 */
export async function loadTensorFlow(): Promise<void> {
  const keepsMaps = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  try {
    await import('@tensorflow/tfjs');
  } finally {
    process.setSourceMapsEnabled(keepsMaps);
  }
}
