import type { z } from 'zod';
import type { Preset } from '../../base/options/resolveConfig.ts';
import type { AnyGanDefinition } from './definition.ts';

/** What a command line knows of a GAN before it loads the rest; see {@link AnyGanDefinition}. */
export interface GanOptions {
  readonly name: string;
  readonly version: string;
  readonly schema: z.ZodObject;
  readonly presets: Readonly<Record<string, Preset<object>>>;
  readonly defaultPreset: string;
  /** Imports the definition: networks, TensorFlow.js and all. */
  load(): Promise<AnyGanDefinition>;
}

/** A GAN, or its options and how to load it. */
export type GanSource = AnyGanDefinition | GanOptions;

/** The whole definition. */
export const definitionOf = async (source: GanSource): Promise<AnyGanDefinition> =>
  'load' in source ? source.load() : source;
