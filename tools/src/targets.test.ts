import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { appNames, cliOf } from './apps.ts';
import { appOptions, sourceOptions, trainingOptions } from './sourceOptions.ts';

const workspace = fileURLToPath(new URL('../../', import.meta.url));

interface Target {
  readonly cache?: boolean;
  readonly options: { readonly command: string; readonly env?: Readonly<Record<string, string>> };
}

/** The targets of a project as Nx has them. */
function targetsOf(project: string): Readonly<Record<string, Target>> {
  const nx = fileURLToPath(new URL('../../node_modules/nx/dist/bin/nx.js', import.meta.url));
  const text = execFileSync(process.execPath, [nx, 'show', 'project', project, '--json'], {
    cwd: workspace,
    encoding: 'utf8',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  return (JSON.parse(text) as { targets: Record<string, Target> }).targets;
}

/** The commands that an app's help lists. */
function commandsOf(app: string): string[] {
  const { stdout } = spawnSync(process.execPath, [...appOptions, cliOf(app), '--help'], {
    encoding: 'utf8',
  });
  const list = stdout.slice(stdout.indexOf('Commands:'));
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name!);
}

describe.each(appNames())('%s', (app) => {
  const targets = targetsOf(app);
  const verbs = Object.keys(targets).filter((name) =>
    targets[name]!.options.command.includes('/src/cli.ts'),
  );

  it('has a target for each of its commands, and no other', () => {
    expect(verbs.length).toBeGreaterThan(6);
    expect([...verbs].sort()).toEqual(commandsOf(app).sort());
  });

  it('starts them as the benchmarks do', () => {
    for (const verb of verbs) {
      const options = ['train', 'finetune'].includes(verb) ? trainingOptions : appOptions;
      const { options: own, cache } = targets[verb]!;
      expect(own.command).toBe(`node ${options.join(' ')} apps/${app}/src/cli.ts ${verb}`);
      expect(own.env).toEqual({ MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '1048576' });
      expect(cache).toBe(false);
    }
  });

  it('caches its checks', () => {
    for (const name of ['lint', 'typecheck', 'test']) expect(targets[name]!.cache).toBe(true);
  });
});

it('starts the programs of tools from sources', () => {
  const programs = Object.entries(targetsOf('tools')).filter(([, { cache }]) => cache === false);
  expect(programs.map(([name]) => name)).toContain('cli-bench');
  for (const [, { options }] of programs) {
    expect(options.command).toMatch(new RegExp(`^node ${sourceOptions.join(' ')} tools/src/\\S+$`));
  }
});
