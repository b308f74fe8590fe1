import { packageVersion, runCli } from '@gan-zoo/core';
import { soakCommand } from './soakCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [soakCommand],
  argv: [soakCommand.name, ...process.argv.slice(2)],
});
