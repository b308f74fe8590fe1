import { defineConfig } from 'vitest/config';

/** Sources are tested as they are: the condition that package.json's exports offer to the editor. */
const conditions = ['@gan-zoo/source', 'node', 'import', 'default'];

/** `--mode long`: the tests that are too long to run at every commit, `*.long.test.ts`. */
const long = 'src/**/*.long.test.ts';

const project = (name: string, root: string, mode: string) => ({
  root: undefined,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name,
    root,
    include: [mode === 'long' ? long : 'src/**/*.test.ts'],
    exclude: mode === 'long' ? [] : [long],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Worker threads of the tests start from sources too.
    execArgv: ['--conditions=@gan-zoo/source'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  },
});

export default defineConfig(({ mode }) => ({
  test: {
    globalSetup: './vitest.globalSetup.ts',
    projects: [
      project('compiler', 'packages/compiler', mode),
      project('core', 'packages/core', mode),
      project('fonts', 'packages/fonts', mode),
      project('anime-dcgan', 'apps/anime-dcgan', mode),
      project('cyclegan', 'apps/cyclegan', mode),
      project('font-style', 'apps/font-style', mode),
      project('pix2pix', 'apps/pix2pix', mode),
      project('tools', 'tools', mode),
    ],
    // tfjs's cpu backend advertises tfjs-node whenever it starts in Node.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
    // Two cores: more files at once only make ONNX Runtime sessions compete.
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['packages/*/src/**', 'apps/*/src/**', 'tools/src/**'] },
  },
}));
