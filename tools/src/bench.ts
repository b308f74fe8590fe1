import { packageVersion, runCli } from '@gan-zoo/core';
import { benchCommand } from './bench/benchCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [benchCommand],
  // The Nx target names the file, so that the command's name is not among the words.
  argv: [benchCommand.name, ...process.argv.slice(2)],
});
