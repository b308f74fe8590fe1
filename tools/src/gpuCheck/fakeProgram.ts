import type { ProgramCall } from '../bench/measuredProcess.ts';

/** A call of Node with a program of one text, instead of one that computes. */
export const fakeProgram = (source: string): ProgramCall => ({
  command: process.execPath,
  words: ['-e', source],
});

/** Hears nothing but SIGKILL, like a library's call that never returns. */
export const hangingProgram = fakeProgram(
  "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);",
);

/** Ends like a provider that accesses what is not its own. */
export const crashingProgram = fakeProgram("process.kill(process.pid, 'SIGSEGV')");
