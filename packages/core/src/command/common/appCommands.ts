import type { GanOptions } from '../../gan/definition/ganSource.ts';
import type { BenchPlan } from '../../training/bench/benchPlan.ts';
import type { Command, DeferredCommand } from '../cli/command.ts';
import { doctorCommand } from './doctorCommand.ts';
import { explainCommand } from './explainCommand.ts';
import { reportCommand } from './reportCommand.ts';
import { trainCommand } from './trainCommand.ts';
import { verifyCommand } from './verifyCommand.ts';

/** What an app says of its command line, besides its GAN. */
export interface AppCommands {
  /** Flags of example calls, by command. */
  readonly examples: { readonly train: readonly string[] };
  /** What comes before training: the app's demo, and what makes its data. Default: nothing. */
  readonly before?: readonly DeferredCommand[];
  /** What is done with a trained network. */
  readonly after: readonly DeferredCommand[];
  /** What `bench` times. */
  readonly bench: () => Promise<BenchPlan>;
}

/** The commands of an app, in the order of its help: what is its own, and what every app has. */
export const appCommands = (
  gan: GanOptions,
  { examples, before = [], after, bench }: AppCommands,
): (Command | DeferredCommand)[] => [
  ...before,
  trainCommand(gan, examples.train),
  ...after,
  doctorCommand(gan),
  reportCommand(gan),
  verifyCommand(gan),
  explainCommand(gan),
  {
    name: 'bench',
    description: 'Times the steps of training on this machine',
    load: async () => (await import('./benchCommand.ts')).benchCommand(gan, await bench()),
  },
];
