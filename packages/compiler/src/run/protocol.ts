import type { ValueType } from '../capture/graph.ts';
import type { HostTensor } from '../hostTensor.ts';
import type { ConvolutionChoice } from '../lower/conv/convolutionChoice.ts';

/** What a session is created with: the part of ONNX Runtime's options that the compiler sets. */
export interface SessionOptions {
  /** Threads of one operator. Default: physical cores. */
  readonly threads: number;
  /** ONNX Runtime's execution providers, the preferred one first. */
  readonly providers: readonly string[];
  /** How convolutions are computed. Default: `estimated`. */
  readonly convolutions?: ConvolutionChoice;
  /** Further fields of ONNX Runtime's own `SessionOptions`, which win over the defaults. */
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** File name prefix of ONNX Runtime's profile; no profile when left out. */
  readonly profilePrefix?: string;
}

export interface RunRequest {
  readonly session: number;
  /** Arguments that come with the call, by input name. */
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** Arguments that stay in the worker: input name → slot. */
  readonly residents: Readonly<Record<string, string>>;
  /** Results that stay in the worker: output name → slot. */
  readonly keep: Readonly<Record<string, string>>;
  /** Results among these that are written over an argument that stays: output name → input name. */
  readonly overwrites: Readonly<Record<string, string>>;
  /** Results that are sent back, by output name. */
  readonly fetch: readonly string[];
}

/** How to reorder axes, by slot; slots that are not named stay as they are. */
export type Permutations = Readonly<Record<string, readonly number[]>>;

/** The requests that the worker understands, with what it answers. */
export interface Requests {
  load: {
    request: {
      session: number;
      model: Uint8Array;
      options: SessionOptions;
      /** Dtype and shape of every output. */
      results: Readonly<Record<string, ValueType>>;
    };
    answer: null;
  };
  run: { request: RunRequest; answer: Record<string, HostTensor> };
  /** Stores tensors, each with its axes reordered by `perms` of its slot. */
  write: {
    request: { slots: Readonly<Record<string, HostTensor>>; perms: Permutations };
    answer: null;
  };
  /** Copies of stored tensors, each with its axes reordered by `perms` of its slot. */
  read: {
    request: { slots: readonly string[]; perms: Permutations };
    answer: Record<string, HostTensor>;
  };
  /** Reorders the axes of stored tensors. */
  permute: { request: { perms: Permutations }; answer: null };
  drop: { request: { slots: readonly string[] }; answer: null };
  release: { request: { session: number }; answer: null };
  endProfiling: { request: { session: number }; answer: null };
}

export type RequestName = keyof Requests;

export interface Message<Name extends RequestName = RequestName> {
  readonly id: number;
  readonly name: Name;
  readonly request: Requests[Name]['request'];
}

export interface Answer {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
}
