import { defineConfig } from 'vitest/config';

/** Sources are tested as they are: the condition that package.json's exports offer to the editor. */
const conditions = ['@gan-zoo/source', 'node', 'import', 'default'];

const project = (name: string, root: string) => ({
  root: undefined,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    name,
    root,
    include: ['src/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Worker threads of the tests start from sources too.
    execArgv: ['--conditions=@gan-zoo/source'],
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  },
});

export default defineConfig({
  test: {
    globalSetup: './vitest.globalSetup.ts',
    projects: [
      project('compiler', 'packages/compiler'),
      project('core', 'packages/core'),
      project('fonts', 'packages/fonts'),
      project('anime-dcgan', 'apps/anime-dcgan'),
      project('cyclegan', 'apps/cyclegan'),
      project('font-style', 'apps/font-style'),
      project('pix2pix', 'apps/pix2pix'),
      project('tools', 'tools'),
    ],
    // tfjs's cpu backend advertises tfjs-node whenever it starts in Node.
    onConsoleLog: (log) => !log.includes('running TensorFlow.js in Node.js'),
    // Two cores: more files at once only make ONNX Runtime sessions compete.
    maxWorkers: 2,
    coverage: { provider: 'v8', include: ['packages/*/src/**', 'apps/*/src/**', 'tools/src/**'] },
  },
});
