import { z } from 'zod';
import { fields } from '../../base/options/commonFields.ts';
import { definitionOf, type GanSource } from '../../gan/definition/ganSource.ts';
import { defineCommand, type Command } from '../cli/command.ts';

/**
 * The command `doctor` of an app: what the training doctor found, worked out again from the files
 * of a run, finished or not. It ends with exit code 0 whatever it finds; a script reads the word
 * `healthy`, or the run's `findings.jsonl`.
 */
export function doctorCommand(source: GanSource): Command {
  return defineCommand({
    name: 'doctor',
    description: 'Says what is wrong with a training, and what to change',
    schema: z.object({
      run: fields.run.default('latest').meta({
        placeholder: 'run',
        description: 'Run folder, or latest',
      }),
    }),
    examples: ['--run latest'],
    run: async ({ run }, context) => {
      const { examineRun } = await import('../../judging/doctor/examineRun.ts');
      return examineRun(await definitionOf(source), run, context);
    },
  });
}
