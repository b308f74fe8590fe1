import { defineCommand, train, UsageError, type Command, type CommandContext } from '@gan-zoo/core';
import { fontStyle } from './definition.ts';
import { loadStyles } from './drawing/index.ts';
import { finetuneSchema, type FinetuneConfig } from './finetune/finetuneSchema.ts';
import { planNewStyle, planStyles } from './finetune/planFinetune.ts';

const because = 'each says which styles to learn';

/** Options that only a new style has. */
const newStyleKeys = ['index', 'chars', 'testChars', 'source', 'data'] as const;

/** The command `finetune`: goes on with a trained network on few styles, or teaches it a new one. */
export const finetuneCommand: Command = defineCommand({
  name: 'finetune',
  description: 'Goes on with a trained network on few styles, or teaches it a new one',
  schema: finetuneSchema,
  conflicts: [
    { keys: ['styles', 'font'], because },
    { keys: ['styles', 'glyphs'], because },
    { keys: ['font', 'glyphs'], because },
  ],
  examples: [
    '--run latest --font mine.ttf --chars 200',
    '--run latest --glyphs scans --out runs/mine',
    '--run latest --styles ma-shan-zheng,zcool-kuaile --freeze-encoder --epochs 3',
  ],
  run: finetune,
});

async function finetune(config: FinetuneConfig, context: CommandContext): Promise<void> {
  assertChoice(config, context);
  const loaded = await loadStyles(config.run, context);
  context.log(`Fine-tuning step ${loaded.step} of ${loaded.path}`);
  const plan = await (config.styles === undefined ? planNewStyle : planStyles)(
    config,
    loaded,
    context,
  );
  const definition = { ...fontStyle, readWeights: () => Promise.resolve(plan.networks) };
  const result = await train(definition, plan.config, { ...context, preset: 'finetune' });
  if (context.signal.aborted) {
    context.log(`Saved step ${result.step}; continue with train --resume ${result.run.path}`);
    throw context.signal.reason;
  }
  context.print(result.run.path);
}

function assertChoice(config: FinetuneConfig, { explicitKeys }: CommandContext): void {
  const { styles, font, glyphs } = config;
  if (styles === undefined && font === undefined && glyphs === undefined) {
    throw new UsageError(
      'expected --styles, --font or --glyphs, received none. Name styles of the run to go on ' +
        'with, a font with a new style, or a folder of pictures of its glyphs.',
    );
  }
  const useless = newStyleKeys.find(
    (key) => explicitKeys.has(key) && (styles !== undefined || (key === 'index' && glyphs)),
  );
  if (useless === undefined) return;
  const flag = useless === 'testChars' ? '--test-chars' : `--${useless}`;
  throw new UsageError(
    `${flag}: expected it only with --font${useless === 'index' ? '' : ' or --glyphs'}, received ` +
      `it with ${styles === undefined ? '--glyphs' : '--styles'}. Leave it out.`,
  );
}
