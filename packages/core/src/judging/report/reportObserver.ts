import type { ObserverFactory } from '../../training/trainer/observer.ts';
import { definitionFacts } from './definitionFacts.ts';
import { createReportWriter, type RunState } from './html/index.ts';

/** Share of the time of a training that its pages may take. */
const LARGEST_SHARE = 0.05;

/**
 * Writes a run's `report.html` with its checkpoints and at the end. Where checkpoints follow each
 * other so fast that pages would take more than a twentieth of the time, some have none. The page
 * reads what other observers have written: let this one be the last.
 */
export const reportObserver: ObserverFactory = {
  name: 'report',
  create: ({ definition, run, signal }) => {
    const writer = createReportWriter(run);
    const facts = definitionFacts(definition);
    /** When the next page is due, in milliseconds; undefined before the first. */
    let dueAt: number | undefined;
    const write = async (state: RunState): Promise<string> => {
      const began = performance.now();
      const path = await writer.write({ ...facts, state });
      const now = performance.now();
      dueAt = now + (now - began) / LARGEST_SHARE;
      return path;
    };
    return {
      saved: async () => {
        if (signal.aborted) {
          // The first page takes seconds, since all grids so far are read: there is no time.
          if (dueAt !== undefined) await write('interrupted');
        } else if (dueAt === undefined || performance.now() >= dueAt) {
          await write('training');
        }
      },
      ended: async () => [await write('finished')],
    };
  },
};
