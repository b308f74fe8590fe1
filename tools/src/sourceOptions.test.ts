import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sourceOptions, trainingOptions } from './sourceOptions.ts';

it('starts programs as the targets do', () => {
  const { targetDefaults } = JSON.parse(
    readFileSync(new URL('../../nx.json', import.meta.url), 'utf8'),
  ) as { targetDefaults: Record<string, { options: { command: string } }> };
  const commands = Object.values(targetDefaults)
    .map(({ options }) => options.command)
    .filter((command) => command.startsWith('node '));
  expect(commands.length).toBeGreaterThan(10);
  for (const command of commands) {
    const options = / (train|finetune)$/.test(command) ? trainingOptions : sourceOptions;
    expect(command).toMatch(new RegExp(`^node ${options.join(' ')} \\{projectRoot\\}/src/`));
  }
});
