import type { Runtime } from '@gan-zoo/compiler';

/** What a step is called in tables, and which part of a full batch it gets. */
export interface StepWork {
  readonly title: string;
  readonly parts: readonly string[];
}

/** Work other than a train step, such as drawing: what makes it ready to be called again and again. */
export interface OtherWork {
  readonly title: string;
  start(config: never, runtime: Runtime): () => Promise<unknown>;
}

/** One kind of work that is timed. */
export type BenchWork = StepWork | OtherWork;

/** What there is to time of an app, by name. */
export interface BenchPlan {
  /** Keys of the app's config that are offered as options besides the batch size: sizes of the networks. */
  readonly options: readonly string[];
  /** Values for the rest of the config that make step 0 do everything. Default: none. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly kinds: Readonly<Record<string, BenchWork>>;
  /** The same steps for another framework, run by the tools' benchmark. Default: none. */
  readonly peerScript?: URL;
}
