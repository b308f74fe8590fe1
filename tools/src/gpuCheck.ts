import { packageVersion, runCli } from '@gan-zoo/core';
import { gpuCheckCommand } from './gpuCheck/gpuCheckCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [gpuCheckCommand],
  // The Nx target names the file, so that the command's name is not among the words.
  argv: [gpuCheckCommand.name, ...process.argv.slice(2)],
});
