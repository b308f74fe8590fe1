import { UserError, type Runtime } from '@gan-zoo/compiler';
import type { CommandContext } from '../../../command/cli/index.ts';
import {
  loadPretrainedGenerator,
  translationGenerator,
  translationMultiple,
} from '../../../model/networks/index.ts';
import { loadRunCheckpoint } from '../../../training/trainer/index.ts';
import {
  directions,
  reverseOf,
  type AnyTranslationDefinition,
  type DirectedGenerators,
  type Direction,
  type TrainedGenerator,
  type TranslationConfig,
} from '../definition.ts';
import { createGenerate, type CompiledGenerator, type GenerateMode } from './createGenerate.ts';

/** A generator, and the one that leads back where there is one. */
export interface Translator {
  readonly there: CompiledGenerator;
  readonly back: CompiledGenerator | undefined;
  /** Channels of the pictures that go in: 1 is grey, 3 colour. */
  readonly channels: 1 | 3;
  /** What the sides of those pictures have to be multiples of. */
  readonly multiple: number;
}

/** The generators of a checkpoint, with what is known about it. */
export interface LoadedGenerators {
  readonly config: TranslationConfig;
  readonly step: number;
  /** Absolute path of the checkpoint. */
  readonly path: string;
  /** Makes paths of the configuration absolute. */
  readonly resolvePath: (path: string) => string;
  readonly generators: DirectedGenerators;
  /** The directions of the generators. */
  readonly directions: readonly Direction[];
}

/**
 * Loads the generators that a user names with `--run`.
 *
 * @throws UserError as `loadRunCheckpoint`
 */
export async function loadGenerators(
  run: string,
  definition: AnyTranslationDefinition,
  context: CommandContext,
): Promise<LoadedGenerators> {
  const { state, ...loaded } = await loadRunCheckpoint(run, context, definition);
  const config = loaded.config as unknown as TranslationConfig;
  const generators = definition.generators(config, state);
  const own = directions.filter((direction) => generators[direction] !== undefined);
  return { ...loaded, config, generators, directions: own };
}

/** Prepares trained generators for pictures of any size. */
export function createTranslator(
  runtime: Runtime,
  { generators }: Pick<LoadedGenerators, 'generators'>,
  direction: Direction,
  mode: GenerateMode,
): Translator {
  const [there, back] = [generators[direction]!, generators[reverseOf(direction)]];
  const { kind, inChannels } = there.config;
  return {
    there: compiled(runtime, there, mode),
    back: back && compiled(runtime, back, mode),
    channels: inChannels === 1 ? 1 : 3,
    multiple: translationMultiple(kind),
  };
}

/**
 * Prepares a generator from a file of weights alone, such as the original authors' `.pth` files; it
 * leads one way.
 *
 * @throws UserError when the file holds no such generator, or one of other pictures than grey or
 *   colour
 */
export async function createPretrainedTranslator(
  runtime: Runtime,
  path: string,
  mode: GenerateMode,
): Promise<Translator> {
  const generator = await loadPretrainedGenerator(path);
  const { inChannels, outChannels } = generator.config;
  const isPictures = (channels: number): boolean => channels === 1 || channels === 3;
  if (!isPictures(inChannels) || !isPictures(outChannels)) {
    throw new UserError(
      `${path}: expected a generator between pictures of 1 or 3 channels, received one from ` +
        `${inChannels} to ${outChannels}.`,
    );
  }
  return createTranslator(runtime, { generators: { 'a-to-b': generator } }, 'a-to-b', mode);
}

const compiled = (
  runtime: Runtime,
  { config, state }: TrainedGenerator,
  mode: GenerateMode,
): CompiledGenerator =>
  createGenerate(runtime, { module: translationGenerator(config), state }, mode);
