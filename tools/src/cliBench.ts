import { packageVersion, runCli } from '@gan-zoo/core';
import { cliBenchCommand } from './cliBench/cliBenchCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [cliBenchCommand],
  // The Nx target names the file, so that the command's name is not among the words.
  argv: [cliBenchCommand.name, ...process.argv.slice(2)],
});
