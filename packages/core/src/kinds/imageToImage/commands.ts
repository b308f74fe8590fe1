import type { Command, DeferredCommand } from '../../command/cli/command.ts';
import { appCommands, type AppCommands } from '../../command/common/appCommands.ts';
import type { GanOptions } from '../../gan/definition/ganSource.ts';
import type { AnyTranslationDefinition } from './definition.ts';

/** A GAN that translates pictures, as its command line knows it. */
export interface ImageToImageOptions extends GanOptions {
  load(): Promise<
    Awaited<ReturnType<GanOptions['load']>> & { readonly translation: AnyTranslationDefinition }
  >;
}

/** What an app says of its command line. */
export interface ImageToImageCommands extends Omit<AppCommands, 'after'> {
  readonly examples: Readonly<Record<'train' | 'translate' | 'evaluate', readonly string[]>>;
}

/** The commands of an app that translates pictures, in the order of its help. */
export function imageToImageCommands(
  gan: ImageToImageOptions,
  own: ImageToImageCommands,
): (Command | DeferredCommand)[] {
  const { examples } = own;
  const translation = async () => (await gan.load()).translation;
  return appCommands(gan, {
    ...own,
    after: [
      {
        name: 'translate',
        description: 'Translates pictures of any size with a trained generator',
        load: async () =>
          (await import('./translateCommand.ts')).translateCommand(
            await translation(),
            examples.translate,
          ),
      },
      {
        name: 'evaluate',
        description: 'Measures a trained translation beside baselines that learn nothing',
        load: async () =>
          (await import('./evaluateCommand.ts')).evaluateCommand(
            await translation(),
            examples.evaluate,
          ),
      },
    ],
  });
}
