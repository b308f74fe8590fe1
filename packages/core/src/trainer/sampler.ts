import type { HostFunction, HostTensor, Runtime, Tree } from '@gan-zoo/compiler';
import { gifFromPngs, imageGrid, savePng, toPixels } from '../images/index.ts';
import { createRandom } from '../random/index.ts';
import type { RunFolder } from '../run/index.ts';
import type { AnyGanDefinition } from './definition.ts';
import type { TrainConfig } from './trainFields.ts';

/** Draws the grid of fixed inputs by which a run's progress is seen. */
export interface Sampler {
  /** Draws and saves the grid of a step; returns its path. */
  save(step: number, state: Tree<HostTensor>): Promise<string>;
  /** Writes all grids so far as `samples.gif`; returns its path, or undefined without grids. */
  saveGif(): Promise<string | undefined>;
}

/** Makes the sampler of a run. */
export function createSampler(
  definition: AnyGanDefinition,
  config: TrainConfig,
  runtime: Runtime,
  run: RunFolder,
): Sampler {
  const inputs = definition.sample.inputs(config, createRandom(config.seed));
  const draw: HostFunction = runtime.function(definition.sample.draw(config));
  return {
    save: async (step, state) => {
      const selected = definition.sample.select(state) as Tree<HostTensor>;
      const images = (await draw(selected, inputs)) as HostTensor;
      const path = run.sample(step);
      await savePng(path, imageGrid(toPixels(images)));
      return path;
    },
    saveGif: async () => {
      const grids = run.listSamples().map(({ path }) => path);
      if (grids.length === 0) return undefined;
      await gifFromPngs(grids, run.file('samples.gif'));
      return run.file('samples.gif');
    },
  };
}
