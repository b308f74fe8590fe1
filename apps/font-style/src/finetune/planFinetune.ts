import { basename, join, relative } from 'node:path';
import { UsageError, type CommandContext, type GivenNetworks } from '@gan-zoo/core';
import { sourceGlyphs, type LoadedStyles } from '../drawing/index.ts';
import { openGlyphs } from '../glyphData/index.ts';
import { methods } from '../methods/index.ts';
import { saveContactSheets } from '../prepare/index.ts';
import type { Settings } from '../settings.ts';
import { chosenStyles } from '../training/pairSource.ts';
import { chooseSamples } from './chooseSamples.ts';
import { finetuneConfig, newStyleConfig } from './finetuneConfig.ts';
import type { FinetuneConfig } from './finetuneSchema.ts';
import { styleOfFont, styleOfPictures } from './newStyle.ts';
import { saveStyleSet } from './saveStyleSet.ts';
import { startNetworks } from './startNetworks.ts';

/** What is to be trained, and from where. */
export interface FinetunePlan {
  readonly config: Settings;
  readonly networks: GivenNetworks;
}

/**
 * The published second phase: some styles of the run's own data.
 *
 * @throws UsageError when the data does not have them
 */
export function planStyles(
  options: FinetuneConfig,
  loaded: LoadedStyles,
  context: CommandContext,
): Promise<FinetunePlan> {
  const { styles } = options;
  const places = chosenStyles({ styles }, loaded.glyphs);
  const trained = new Set(loaded.styles.map(({ place }) => place));
  const data = userPath(loaded.resolvePath(loaded.config.data), context);
  const weights = userPath(loaded.path, context);
  const config = finetuneConfig(loaded.config, { data, styles, weights }, options);
  const unknown = places.filter((place) => !trained.has(place));
  return Promise.resolve({ config, networks: startNetworks(loaded, config, unknown) });
}

/**
 * A style that the run's data does not have; its glyphs are written as a data set.
 *
 * @throws UserError when there are too few glyphs, or they cannot be read or written
 * @throws UsageError when the run's method needs no new styles, or the run has no room for one
 */
export async function planNewStyle(
  options: FinetuneConfig,
  loaded: LoadedStyles,
  context: CommandContext,
): Promise<FinetunePlan> {
  const { font, index, glyphs: folder, chars, testChars, seed } = options;
  const { glyphs, config: run } = loaded;
  const place = glyphs.styles.length;
  assertRoom(loaded, place, font === undefined ? '--glyphs' : '--font');
  const style =
    font === undefined
      ? await styleOfPictures(context.resolvePath(folder!), glyphs, context)
      : await styleOfFont(context.resolvePath(font), index, glyphs, context);
  const source = await sourceGlyphs({
    ...{ glyphs, context, characters: [...style.glyphs.keys()] },
    source: options.source && context.resolvePath(options.source),
  });
  const unseen = new Set(glyphs.split.test.map((character) => glyphs.characters[character]!));
  const batchSize = options.batchSize ?? run.batchSize;
  const chosen = chooseSamples({
    ...{ option: style.option, characters: source.characters, unseen },
    ...{ chars, testChars, batchSize, seed },
  });
  const data = options.data ?? `data/${style.facts.id}-${chosen.training.length}`;
  const weights = userPath(loaded.path, context);
  const own = newStyleConfig(run, options, { place, training: chosen.training.length });
  const config = finetuneConfig(run, { ...own, data, weights }, options);
  const out = context.resolvePath(data);
  await saveStyleSet({ out, glyphs, source, style, chosen, seed });
  context.log(
    `Characters: ${chosen.training.length} to learn from, ${chosen.test.length} held back, of ` +
      `${source.characters.length} that both fonts have`,
  );
  await showSheets(out, context);
  return { config, networks: startNetworks(loaded, config, [place]) };
}

function assertRoom({ config, path }: LoadedStyles, place: number, option: string): void {
  const { method, slots, firstSlot } = config;
  const { styles: rules } = methods[method];
  if (rules.read !== undefined) {
    throw new UsageError(
      `${option}: expected a run of --method zi2zi or pix2pix, received one of ${method}, which ` +
        `reads styles off glyphs and need not learn them. Draw with generate --like.`,
    );
  }
  if (rules.tables === undefined || firstSlot + place < slots) return;
  throw new UsageError(
    `${option}: expected a run with room for another style, received ${path}, whose ${slots} ` +
      `slots are taken. Fine-tune a run that was trained with more --slots.`,
  );
}

async function showSheets(folder: string, { log, signal }: CommandContext): Promise<void> {
  const dataset = await openGlyphs(folder);
  try {
    const sheets = { dataset, folder: join(folder, 'sheets'), signal };
    const [overview] = await saveContactSheets(sheets);
    log(`Glyphs: ${folder}; to look at: ${basename(folder)}/sheets/${basename(overview!)}`);
  } finally {
    await dataset.close();
  }
}

/** A path as the user would write it: relative when it lies below where the user stands. */
function userPath(path: string, { workingFolder }: CommandContext): string {
  const below = relative(workingFolder, path);
  return below.startsWith('..') ? path : below;
}
