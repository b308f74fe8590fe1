import type { AnyGanDefinition } from './definition.ts';

/** What a command line knows of a GAN before it loads the rest. */
export interface GanOptions extends Pick<
  AnyGanDefinition,
  'name' | 'version' | 'schema' | 'presets' | 'defaultPreset'
> {
  /** Imports the definition: networks, TensorFlow.js and all. */
  load(): Promise<AnyGanDefinition>;
}

/** A GAN, or its options and how to load it. */
export type GanSource = AnyGanDefinition | GanOptions;

/** The whole definition. */
export const definitionOf = async (source: GanSource): Promise<AnyGanDefinition> =>
  'load' in source ? source.load() : source;
