import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface CompilingModule extends NodeJS.Module {
  _compile(code: string, path: string): unknown;
}

/**
 * Loads TensorFlow.js ahead of the work that needs it, as Node alone would: what runs TypeScript
 * looks into every file of JavaScript too, and would keep TensorFlow.js's source maps and a second
 * copy of its code, 28 MB.
 */
export function loadTensorFlow(): void {
  const require = createRequire(import.meta.url);
  const handler = require.extensions['.js'];
  const keepsMaps = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  require.extensions['.js'] = (module, path) =>
    (module as CompilingModule)._compile(readFileSync(path, 'utf8'), path);
  try {
    require('@tensorflow/tfjs');
  } finally {
    require.extensions['.js'] = handler;
    process.setSourceMapsEnabled(keepsMaps);
  }
}
