import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import type { Recording } from './kernelCall.ts';
import { recordProcess } from './recordProcess.ts';

const require = createRequire(import.meta.url);
const packageFolder = (name: string): string => dirname(require.resolve(`${name}/package.json`));

/** Tests that call no kernels, or need a browser or a network. */
const otherTests = /^(io|platforms|backends|worker|debug_mode|browser_util|device_util)\b/;

/**
 * Records the kernel calls of the tests that tfjs-core ships: bundles them into a folder and runs
 * them there on tfjs-cpu.
 *
 * @param folder an empty folder for the bundle and the recording
 */
export async function recordCoreTests(folder: string, signal?: AbortSignal): Promise<Recording> {
  const bundle = join(folder, 'coreTests.cjs');
  await build({
    stdin: { contents: entry(), resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: bundle,
    logLevel: 'error',
    // tfjs-core declares that its modules have no side effects, and its tests are nothing else.
    ignoreAnnotations: true,
    plugins: [oneCore],
  });
  return recordProcess([bundle], join(folder, 'coreTests.calls'), {
    name: "tfjs-core's tests",
    signal,
  });
}

/** A module that makes the recording ready, defines all tests, and runs them. */
function entry(): string {
  const dist = join(packageFolder('@tensorflow/tfjs-core'), 'dist');
  const tests = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('_test.js') && !otherTests.test(file))
    .sort();
  return [
    `import { runTests } from './coreTestsProgram.ts';`,
    ...tests.map((file) => `import '@tensorflow/tfjs-core/dist/${file}';`),
    'runTests();',
  ].join('\n');
}

/** Has the tests, the cpu backend and the program share one copy of tfjs-core, module by module. */
const oneCore: Plugin = {
  name: 'one-core',
  setup: (build) => {
    build.onResolve({ filter: /^@tensorflow\/tfjs-(core|backend-cpu)($|\/)/ }, ({ path }) => {
      const [scope, name, ...rest] = path.split('/');
      const file = rest.length === 0 ? 'dist/index.js' : rest.join('/').replace(/(\.js)?$/, '.js');
      return { path: join(packageFolder(`${scope}/${name}`), file) };
    });
    build.onResolve({ filter: /^jasmine-core\// }, ({ path }) => ({ path: require.resolve(path) }));
  },
};
