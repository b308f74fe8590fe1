import { main } from '../command/cli/index.ts';
import { trainCommand } from '../command/common/trainCommand.ts';
import { meanColour } from './meanColour.ts';

// A command line for tests that need a process of their own: to kill it, or to limit it.
await main({
  name: meanColour.name,
  description: '',
  version: meanColour.version,
  commands: [trainCommand(meanColour, [], [])],
});
