import type { HostFunction, HostTensor, Runtime, Tree } from '@gan-zoo/compiler';
import {
  gifFromPngs,
  imageGrid,
  savePng,
  toPixels,
  type PixelImage,
} from '../../data/images/index.ts';
import type { RunFolder } from '../run/index.ts';
import type { AnyGanDefinition, BatchTools, SampleGrid } from '../../gan/definition/definition.ts';
import type { TrainConfig } from '../../gan/definition/trainFields.ts';

/** The fixed samples at one step. */
export interface DrawnSamples {
  readonly step: number;
  /** Pictures [N,H,W,C] in [-1, 1] by name. */
  readonly images: Readonly<Record<string, HostTensor>>;
  /** The saved grids, in the definition's order. */
  readonly paths: readonly string[];
}

/** Draws the fixed inputs by which a run's progress is seen. */
export interface Sampler {
  /** Draws the samples of a step and saves their grids. */
  draw(step: number, state: Tree<HostTensor>): Promise<DrawnSamples>;
  /** Writes the grids so far as animations, `samples.gif` or one per label; returns their paths. */
  saveGifs(): Promise<string[]>;
}

/** What a sampler draws with. */
export interface SamplerOptions {
  readonly definition: AnyGanDefinition;
  readonly config: TrainConfig;
  readonly runtime: Runtime;
  readonly run: RunFolder;
  readonly tools: BatchTools;
}

/** Makes the sampler of a run. */
export async function createSampler({
  definition,
  config,
  runtime,
  run,
  tools,
}: SamplerOptions): Promise<Sampler> {
  const { sample } = definition;
  const inputs = await sample.inputs(config, tools);
  const draw: HostFunction = runtime.function(sample.draw(config));
  return {
    draw: async (step, state) => {
      const selected = sample.select(state) as Tree<HostTensor>;
      const images = (await draw(selected, inputs)) as Record<string, HostTensor>;
      const paths: string[] = [];
      for (const grid of sample.grids) {
        const path = run.sample(step, grid.label);
        await savePng(path, sheet(grid, images));
        paths.push(path);
      }
      return { step, images, paths };
    },
    saveGifs: async () => {
      const saved: string[] = [];
      for (const { label } of sample.grids) {
        const grids = run.listSamples(label).map(({ path }) => path);
        if (grids.length === 0) continue;
        const path = run.file(label === undefined ? 'samples.gif' : `samples-${label}.gif`);
        await gifFromPngs(grids, path);
        saved.push(path);
      }
      return saved;
    },
  };
}

/** One column: the samples in a square grid. Several: a row for every sample. */
function sheet({ columns }: SampleGrid, images: Readonly<Record<string, HostTensor>>): PixelImage {
  const shown = columns.map((name) => toPixels(images[name]!));
  if (shown.length === 1) return imageGrid(shown[0]!);
  const rows = shown[0]!.flatMap((_, sample) => shown.map((column) => column[sample]!));
  return imageGrid(rows, { columns: columns.length });
}
