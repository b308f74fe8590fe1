/**
 * Which file may import which, types included: `npm run lint` refuses circles, and arrows that go up
 * from one storey to a higher one. ARCHITECTURE.md says what the storeys are.
 */

/** The storeys of packages/core/src from the lowest to the highest; each imports lower ones alone. */
const storeys = ['base', 'model', 'data', 'gan', 'training', 'judging', 'command', 'kinds'];

/** Tests, and what only they use, may start whatever they test with. */
const tests = '[.]test[.]ts$|/fixtures/|/testSupport[.]ts$|/testFolder[.]ts$';

const compiler = '^packages/compiler/src';
const core = '^packages/core/src';

const upwards = storeys.slice(0, -1).map((storey, level) => ({
  name: `no-way-up-from-${storey}`,
  comment: `packages/core/src/${storey} is below ${storeys.slice(level + 1).join(', ')}: move what is needed down, or pass it in from above.`,
  severity: 'error',
  from: { path: `${core}/${storey}/`, pathNot: tests },
  to: { path: `${core}/(${storeys.slice(level + 1).join('|')}|testing)/` },
}));

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Move what both files need to a third one below them, or pass it in from above.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...upwards,
    {
      name: 'compiling-runs-nothing',
      comment:
        'The stages from capture to emit make a model of a function; run, verify and native use it.',
      severity: 'error',
      from: {
        path: `${compiler}/(capture|shapes|lower|onnx|rewrite|recompute|order|overwrite|emit|gradients)/`,
        pathNot: tests,
      },
      to: {
        path: `${compiler}/(run|verify|native|tensorflow|testing)/|${compiler}/(compile|index)[.]ts$`,
      },
    },
    {
      name: 'no-testing-in-products',
      comment: 'What tests share is no part of what is shipped.',
      severity: 'error',
      from: { path: `${core}/`, pathNot: `${tests}|${core}/testing/` },
      to: { path: `${core}/testing/` },
    },
    {
      name: 'storeys-without-entry',
      comment: 'Inside core, files are imported from their rooms: the index is for other packages.',
      severity: 'error',
      from: { path: `${core}/`, pathNot: `${tests}|${core}/index[.]ts$` },
      to: { path: `${core}/index[.]ts$` },
    },
  ],
  options: {
    includeOnly: '^((packages|apps)/[^/]+|tools)/src/',
    skipAnalysisNotInRules: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      conditionNames: ['@gan-zoo/source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
