import { describe, expect, it } from 'vitest';
import { userLine } from './userLine.ts';

const stack = (...frames: string[]): Error =>
  Object.assign(new Error('call site'), {
    stack: `Error: call site\n${frames.map((frame) => `    at ${frame}`).join('\n')}`,
  });

describe('userLine', () => {
  it('passes over tfjs, Node and the machinery of the compiler', () => {
    const site = stack(
      'TraceBackend.record (/repo/packages/compiler/src/capture/traceBackend.ts:10:5)',
      'Engine.runKernel (/repo/node_modules/@tensorflow/tfjs-core/dist/engine.js:1:2)',
      'Engine.runKernel (/repo/tfjs-core/src/engine.ts:554:17)',
      'relu (file:///repo/packages/compiler/dist/gradients/relu.js:3:4)',
      'node:internal/process:1:1',
      'trainStep (file:///repo/apps/dcgan/src/trainStep.ts:42:17)',
      'main (/repo/apps/dcgan/src/main.ts:1:1)',
    );
    expect(userLine(site)).toBe('/repo/apps/dcgan/src/trainStep.ts:42:17');
  });

  it('reads frames without a function, of async functions and in folders with blanks', () => {
    expect(userLine(stack('file:///home/me/a.ts:1:2'))).toBe('/home/me/a.ts:1:2');
    expect(userLine(stack('async /home/me/a.ts:1:2'))).toBe('/home/me/a.ts:1:2');
    expect(userLine(stack('step (/home/my files (new)/a.ts:7:8)'))).toBe(
      '/home/my files (new)/a.ts:7:8',
    );
    expect(userLine(stack('step (C:\\code\\a.ts:7:8)'))).toBe('C:\\code\\a.ts:7:8');
  });

  it('says so when there is no such line', () => {
    expect(userLine(stack('<anonymous>', 'relu (/x/node_modules/a.js:1:1)'))).toBe('unknown line');
  });
});
