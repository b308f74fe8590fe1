import { packageVersion, runCli } from '@gan-zoo/core';
import { killCyclesCommand } from './killCyclesCommand.ts';

process.exitCode = await runCli({
  name: 'tools',
  description: 'Tools of the zoo',
  version: packageVersion('@gan-zoo/tools') ?? '',
  commands: [killCyclesCommand],
  argv: [killCyclesCommand.name, ...process.argv.slice(2)],
});
