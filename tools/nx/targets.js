/**
 * The targets of every project, inferred from its folder, for Nx: what `nx run <project>:<target>`
 * starts. Plain JavaScript, since Nx loads it before anything is compiled.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Node's options for sources, and a young generation of a few megabytes: numbers lie outside of the heap. */
const common = '--conditions=@gan-zoo/source --max-semi-space-size=1';

/** How an app's command line is started: TensorFlow.js is loaded by the commands that need it. */
export const startApp = `node ${common} --import zod --import tsx`;

/** The same for commands that train, whose JavaScript has little to do. */
export const startTraining = `node --optimize-for-size ${common} --import zod --import tsx`;

/** How any other program is started: TensorFlow.js is loaded before tsx, which would keep its source maps. */
export const startProgram = `node ${common} --import @tensorflow/tfjs --import tsx`;

/** The verbs of every app. */
const everyApp = ['train', 'verify', 'explain', 'doctor', 'report', 'bench'];

/** The verbs of a kind, by the tag in an app's package.json. */
const ofKind = {
  'kind:noise-to-image': ['generate', 'evaluate'],
  'kind:image-to-image': ['translate', 'evaluate'],
};

/** The verbs whose work is training. */
const training = new Set(['train', 'finetune']);

/** glibc keeps one arena and maps what is large, so that freed memory is given back. */
const env = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '1048576' };

const program = (command) => ({
  executor: 'nx:run-commands',
  cache: false,
  options: { command, env },
});

const check = (command, more = {}) => ({
  executor: 'nx:run-commands',
  cache: true,
  inputs: ['default', '^default'],
  options: { command },
  ...more,
});

/** What is checked of every project; what is built of libraries. */
function checksOf(root, { name, tags }) {
  const typecheck = { dependsOn: ['^typecheck'] };
  const build = { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'] };
  const longTests = filesIn(join(root, 'src')).some((file) => file.endsWith('.long.test.ts'));
  return {
    ...(tags.includes('type:lib') && { build: check(`tsc -b ${root}`, build) }),
    typecheck: check(`tsc -b ${root}`, typecheck),
    lint: check(`eslint ${root} --max-warnings 0`, { inputs: ['default'] }),
    test: check(`vitest run --project ${name}`),
    ...(longTests && { 'test-long': check(`vitest run --mode long --project ${name}`) }),
  };
}

/** The verbs of an app: common ones, those of its kind, and its own: `src/<verb>Command.ts`. */
function verbsOf(root, tags) {
  const own = readdirSync(join(root, 'src')).flatMap((file) => {
    const [, verb] = /^(\w+)Command\.ts$/.exec(file) ?? [];
    return verb === undefined ? [] : [kebabCase(verb)];
  });
  return [...new Set([...everyApp, ...tags.flatMap((tag) => ofKind[tag] ?? []), ...own])];
}

const kebabCase = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const filesIn = (folder) => (existsSync(folder) ? readdirSync(folder, { recursive: true }) : []);

/** All targets of the project whose package.json this is. */
export function targetsOf(file) {
  const root = dirname(file);
  const { nx, programs = {} } = JSON.parse(readFileSync(file, 'utf8'));
  if (nx?.name === undefined) return {};
  const verbs = nx.tags.includes('type:app') ? verbsOf(root, nx.tags) : [];
  return {
    ...checksOf(root, nx),
    ...Object.fromEntries(
      verbs.map((verb) => {
        const start = training.has(verb) ? startTraining : startApp;
        return [verb, program(`${start} ${root}/src/cli.ts ${verb}`)];
      }),
    ),
    ...Object.fromEntries(
      Object.entries(programs).map(([name, path]) => [
        name,
        program(`${startProgram} ${root}/${path}`),
      ]),
    ),
  };
}

/** What Nx calls with the package.json of every project. */
export const createNodesV2 = [
  '{packages/*,apps/*,tools}/package.json',
  (files) =>
    files.map((file) => {
      const root = dirname(file);
      return [file, { projects: { [root]: { root, targets: targetsOf(file) } } }];
    }),
];
