/**
 * Loaded in front of an app (`node --import`): records the kernel calls that it makes on tfjs-cpu.
 */
import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import * as tf from '@tensorflow/tfjs';
import { recordingFileVariable, recordingOriginVariable } from './kernelCall.ts';
import { recordCalls } from './recordCalls.ts';

const { [recordingFileVariable]: file, [recordingOriginVariable]: origin = '' } = process.env;
// What the app starts itself is not recorded.
delete process.env[recordingFileVariable];
if (file !== undefined) {
  const recorded = recordCalls(tf.engine(), {
    backend: 'cpu',
    perSignature: 3,
    maxValues: 1_000_000,
    origin: () => origin,
  });
  process.on('exit', () => writeFileSync(file, serialize(recorded())));
}
