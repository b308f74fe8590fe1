import { packageVersion, runCli } from '@gan-zoo/core';
import { dataBenchCommand } from './dataBenchCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [dataBenchCommand],
  // The Nx target names the file, so that the command's name is not among the words.
  argv: [dataBenchCommand.name, ...process.argv.slice(2)],
});
