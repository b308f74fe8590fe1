import jasmineRequire, { type Environment } from 'jasmine-core/lib/jasmine-core/jasmine.js';

const jasmine = jasmineRequire.core(jasmineRequire);

/** Runs the tests that were defined. */
export const jasmineEnvironment: Environment = jasmine.getEnv({ suppressLoadErrors: true });

// tfjs-core's tests expect `describe`, `it` and `jasmine` to be there when they are loaded.
Object.assign(globalThis, jasmineRequire.interface(jasmine, jasmineEnvironment), { jasmine });
