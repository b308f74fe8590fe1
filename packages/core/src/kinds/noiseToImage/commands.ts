import type { Command, DeferredCommand } from '../../command/cli/command.ts';
import { appCommands, type AppCommands } from '../../command/common/appCommands.ts';
import type { GanOptions } from '../../gan/definition/ganSource.ts';
import type { AnyNoiseToImage } from './definition.ts';

/** A GAN that draws pictures of noise, as its command line knows it. */
export interface NoiseToImageOptions extends GanOptions {
  load(): Promise<AnyNoiseToImage>;
}

/** The commands of an app that draws pictures of noise, in the order of its help. */
export const noiseToImageCommands = (
  gan: NoiseToImageOptions,
  own: Omit<AppCommands, 'after'>,
): (Command | DeferredCommand)[] =>
  appCommands(gan, {
    ...own,
    after: [
      {
        name: 'generate',
        description: 'Draws pictures with a trained network and keeps the best',
        load: async () => (await import('./generateCommand.ts')).generateCommand(await gan.load()),
      },
      {
        name: 'evaluate',
        description: 'Measures drawn pictures beside real ones and baselines that learn nothing',
        load: async () =>
          (await import('./evaluateCommand.ts')).evaluateDrawingCommand(await gan.load()),
      },
    ],
  });
