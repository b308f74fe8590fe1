import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import type { ObserverFactory, TrainObserver } from '../../training/trainer/observer.ts';
import { createEventWriter, type EventWriter } from './events/index.ts';

/**
 * Writes a run's metrics and grids to its folder `events`, for TensorBoard:
 * `tensorboard --logdir <run>/events`.
 */
export const eventsObserver: ObserverFactory = {
  name: 'event files',
  create: ({ definition, run, startStep, rollbacks }) => {
    const isResumed = startStep > 0 || rollbacks.length > 0;
    const writer = createEventWriter(run.file('events'), {
      startStep: isResumed ? startStep : undefined,
    });
    return observeWith(writer, definition);
  },
};

function observeWith(writer: EventWriter, definition: AnyGanDefinition): TrainObserver {
  return {
    logged: ({ step, epoch: _epoch, seconds: _seconds, ...values }) => {
      const tagged = Object.entries(values).flatMap(([name, value]) =>
        value === undefined ? [] : [[tagOf(name, definition), value] as const],
      );
      writer.scalars(step, Object.fromEntries(tagged));
    },
    drawn: async ({ step, paths }) => {
      for (const path of paths) writer.image(step, imageTagOf(path), await readFile(path));
      writer.flush();
    },
    saved: () => writer.sync(),
    ended: () => writer.sync(),
  };
}

/** Named after the plot that shows it, since TensorBoard groups by what stands before a slash. */
function tagOf(metric: string, { plots }: AnyGanDefinition): string {
  if (metric.includes('/')) return metric;
  if (metric === 'imagesPerSecond') return `speed/${metric}`;
  const plot = plots.find(({ metrics }) => metrics.includes(metric));
  return `${plot?.name ?? 'metrics'}/${metric}`;
}

/** `samples`, or `samples/a-to-b` for a grid with that label. */
function imageTagOf(path: string): string {
  const label = /^step-\d+-(.+)\.png$/.exec(basename(path))?.[1];
  return label === undefined ? 'samples' : `samples/${label}`;
}
