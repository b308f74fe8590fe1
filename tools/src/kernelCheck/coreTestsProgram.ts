/**
 * Makes the recording of tfjs-core's tests ready; `coreTests.ts` bundles it in front of the tests.
 */
import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { jasmineEnvironment } from './jasmineGlobals.ts';
import { engine, getKernel, getKernelsForBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-cpu';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util.js';
import { recordingFileVariable } from './kernelCall.ts';
import { recordCalls } from './recordCalls.ts';

const backend = 'cpu';
const own = new Set(getKernelsForBackend(backend).map(({ kernelFunc }) => kernelFunc));
let running = '';
const recorded = recordCalls(engine(), {
  backend,
  isOwn: (kernel) => own.has(getKernel(kernel, backend)?.kernelFunc),
  maxValues: 100_000,
  origin: () => running,
});

setTestEnvs([{ name: backend, backendName: backend, isDataSync: true }]);
jasmineEnvironment.configure({ random: false });
jasmineEnvironment.addReporter({
  specStarted: ({ fullName }) => {
    running = fullName;
  },
  jasmineDone: () => {
    writeFileSync(process.env[recordingFileVariable]!, serialize(recorded()));
    process.exit(0);
  },
});

/** Starts the tests that have been defined since. */
export const runTests = (): void => jasmineEnvironment.execute();
