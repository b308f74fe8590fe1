import { defineCommand } from '@gan-zoo/core/cli';
import { z } from 'zod';
import { appNames } from '../apps.ts';
import { measureStart } from './measureStart.ts';

const schema = z.object({
  rounds: z
    .int()
    .min(1)
    .default(7)
    .describe('How often each call is timed in turns with an empty program'),
});

/** Calls that should end before anyone waits, and their exit codes. */
export const cheapCalls: readonly (readonly [words: string, code: number])[] = [
  ['--help', 0],
  ['--version', 0],
  ['train --no-such-flag', 2],
  ['train --dry-run', 0],
];

/** The command behind `nx run tools:cli-bench`: how long apps take to answer before any work. */
export const cliBenchCommand = defineCommand({
  name: 'cli-bench',
  description: "Times help, mistakes and dry runs of every app beside Node's own start",
  schema,
  examples: ['--rounds 15'],
  run: ({ rounds }, { print, signal }) => {
    print('| app | call | time / `node -e 0` | of the rounds | time | `node -e 0` |');
    print('| --- | --- | ---: | ---: | ---: | ---: |');
    for (const app of appNames()) {
      for (const [words, code] of cheapCalls) {
        signal.throwIfAborted();
        const { ratio, ours, node } = measureStart({ app, words: words.split(' '), code, rounds });
        const range = `${ratio.smallest.toFixed(1)}–${ratio.largest.toFixed(1)}`;
        print(
          `| ${app} | \`${words}\` | ${ratio.median.toFixed(1)} | ${range} | ` +
            `${ours.toFixed(0)} ms | ${node.toFixed(0)} ms |`,
        );
      }
    }
  },
});
