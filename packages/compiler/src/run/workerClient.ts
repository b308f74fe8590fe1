import { Worker } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import type { Answer, RequestName, Requests } from './protocol.ts';

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A worker thread that owns ONNX Runtime sessions and the tensors that stay between their runs. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor() {
    // The worker is plain JavaScript: it needs none of the loaders this process was started with.
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { execArgv: [] });
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => this.#settle(answer));
    this.#worker.on('error', (error: Error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the worker thread of ONNX Runtime ended')));
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param moved parts of the request that are given away instead of copied. Default: none
   * @throws UserError with ONNX Runtime's message when the request failed
   */
  request<Name extends RequestName>(
    name: Name,
    request: Requests[Name]['request'],
    moved: readonly ArrayBuffer[] = [],
  ): Promise<Requests[Name]['answer']> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    // While an answer is awaited the process must not end.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (answer: unknown) => void, reject });
      this.#worker.postMessage({ id, name, request }, moved);
    });
  }

  /** Ends the thread; sessions and tensors are gone. */
  async close(): Promise<void> {
    this.#failure = new Error('the worker thread of ONNX Runtime was closed');
    await this.#worker.terminate();
  }

  #settle({ id, answer, error }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
    if (error === undefined) pending?.resolve(answer);
    else pending?.reject(new UserError(`ONNX Runtime: ${error}`));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}
