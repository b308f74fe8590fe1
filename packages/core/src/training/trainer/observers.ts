import { isInterruption } from '../../base/console/index.ts';
import type {
  DivergedEvent,
  DrawnEvent,
  ObserverFactory,
  ObserverPlace,
  SavedEvent,
  TrainMoment,
  TrainObserver,
} from './observer.ts';
import type { MetricsRecord } from '../run/index.ts';

/** All observers of a training, called in their order. */
export interface Observers {
  step(event: TrainMoment & { readonly metrics: Readonly<Record<string, number>> }): Promise<void>;
  logged(record: MetricsRecord): Promise<void>;
  /** What they measured; undefined when an interruption cut them short. */
  drawn(event: DrawnEvent): Promise<Readonly<Record<string, number>> | undefined>;
  diverged(event: TrainMoment & DivergedEvent): Promise<void>;
  saved(event: TrainMoment & SavedEvent): Promise<void>;
  /** Files to point at. */
  ended(event: TrainMoment): Promise<string[]>;
  remember(): Record<string, unknown>;
}

/**
 * Makes the observers of a training.
 *
 * @param place as they get it, with what each of them remembered by name
 * @throws what a factory throws: an option of it may be wrong
 */
export async function createObservers(
  factories: readonly ObserverFactory[],
  place: Omit<ObserverPlace, 'remembered'> & {
    readonly remembered: Readonly<Record<string, unknown>>;
  },
): Promise<Observers> {
  const active = new Map<string, TrainObserver>();
  for (const factory of factories) {
    const remembered = place.remembered[factory.name];
    const observer = await factory.create({ ...place, remembered });
    if (observer !== undefined) active.set(factory.name, observer);
  }
  /** Calls all that listen; training goes on without one that fails. */
  const call = async <Result>(
    event: string,
    use: (observer: TrainObserver) => Result | Promise<Result>,
  ): Promise<Awaited<Result>[]> => {
    const results: Awaited<Result>[] = [];
    for (const [name, observer] of active) {
      try {
        results.push(await use(observer));
      } catch (error) {
        if (place.signal.aborted && isInterruption(error)) continue;
        active.delete(name);
        place.log(`The ${name} failed (${event}) and is left out from now on: ${messageOf(error)}`);
      }
    }
    return results;
  };
  return {
    step: async (event) => void (await call('step', (observer) => observer.step?.(event))),
    logged: async (record) => void (await call('log', (observer) => observer.logged?.(record))),
    drawn: async (event) => {
      const measured = await call('samples', (observer) => observer.drawn?.(event));
      if (place.signal.aborted) return undefined;
      return Object.assign({}, ...measured) as Record<string, number>;
    },
    diverged: async (event) =>
      void (await call('divergence', (observer) => observer.diverged?.(event))),
    saved: async (event) => {
      // There is no time for reports after an interruption.
      if (!place.signal.aborted) await call('save', (observer) => observer.saved?.(event));
    },
    ended: async (event) => {
      const files = await call('end', (observer) => observer.ended?.(event));
      return files.flatMap((paths) => paths ?? []);
    },
    remember: () => {
      const remembered = [...active].map(([name, observer]) => [name, observer.remember?.()]);
      return Object.fromEntries(remembered.filter(([, memory]) => memory !== undefined)) as Record<
        string,
        unknown
      >;
    },
  };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
