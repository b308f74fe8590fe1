import type { CommandContext } from '../../command/cli/index.ts';
import type { RunFolder } from '../../training/run/index.ts';
import type { AnyNoiseToImage } from './definition.ts';
import { generateCommand } from './generateCommand.ts';

/** Draws the best of many pictures with what a demo has trained; gives the line that says so. */
export const showBest =
  (definition: AnyNoiseToImage) =>
  async (run: RunFolder, runtime: object, context: CommandContext): Promise<string[]> => {
    const generate = generateCommand(definition);
    const best = { run: run.path, out: run.file('best.png'), num: 64, searchNum: 512 };
    await generate.run(generate.schema.parse({ ...runtime, ...best }), context);
    return [`${best.out}  the 64 of 512 new pictures that the discriminator likes best`];
  };
