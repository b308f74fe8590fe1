import { packageVersion, runCli } from '@gan-zoo/core';
import { kernelCheckCommand } from './kernelCheck/kernelCheckCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [kernelCheckCommand],
  // The Nx target names the file, so that the command's name is not among the words.
  argv: [kernelCheckCommand.name, ...process.argv.slice(2)],
});
