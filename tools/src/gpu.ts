import { packageVersion, runCli } from '@gan-zoo/core';
import { gpuCommand } from './gpu/gpuCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [gpuCommand],
  // The script of package.json names the file, so that the command's name is not among the words.
  argv: [gpuCommand.name, ...process.argv.slice(2)],
});
