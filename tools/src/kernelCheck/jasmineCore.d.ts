/** The part of Jasmine 3 that the recording of tfjs-core's tests uses. */
declare module 'jasmine-core/lib/jasmine-core/jasmine.js' {
  /** A test that starts or has ended. */
  export interface Spec {
    readonly fullName: string;
    readonly status?: string;
  }

  /** Hears of the tests as they run. */
  export interface Reporter {
    specStarted?(spec: Spec): void;
    specDone?(spec: Spec): void;
    jasmineDone?(): void;
  }

  /** Where tests are defined and run. */
  export interface Environment {
    configure(options: { readonly random: boolean }): void;
    addReporter(reporter: Reporter): void;
    execute(): void;
  }

  /** What tests know as `jasmine`. */
  export interface Jasmine {
    getEnv(options?: { readonly suppressLoadErrors: boolean }): Environment;
  }

  const jasmineRequire: {
    core(require: typeof jasmineRequire): Jasmine;
    /** `describe`, `it`, `expect` and so on. */
    interface(jasmine: Jasmine, environment: Environment): Readonly<Record<string, unknown>>;
  };
  export default jasmineRequire;
}
