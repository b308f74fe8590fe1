import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import type { Installation } from './installation.ts';

/** A folder of its own for each test, with programs that stand in for those of the system. */
export interface TestPlace extends Installation {
  /** Where everything lies; GAN_ZOO_NATIVE is `cache/native` in it. */
  readonly folder: string;
  /** What was logged. */
  readonly lines: string[];
  readonly controller: AbortController;
  /** Puts a shell script on the PATH, which has nothing else. */
  program(name: string, script: string): Promise<string>;
}

/** Programs of the system that the scripts use. */
const basics = ['sh', 'mkdir', 'cat', 'sleep', 'touch', 'chmod', 'cp', 'rm', 'ln', 'dirname'];

/** Makes a {@link TestPlace} before each test and removes it afterwards. */
export function useTestPlace(): () => TestPlace {
  let place: TestPlace;
  beforeEach(async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'gan-zoo-gpu-')));
    vi.stubEnv('GAN_ZOO_NATIVE', join(folder, 'cache', 'native'));
    place = await makePlace(folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(place.folder, { recursive: true, force: true });
  });
  return () => place;
}

async function makePlace(folder: string): Promise<TestPlace> {
  const root = join(folder, 'cache', 'native');
  const [bin, temporary] = [join(folder, 'bin'), join(root, 'unfinished-test')];
  for (const path of [bin, temporary]) await mkdir(path, { recursive: true });
  for (const name of basics) await symlink(join('/bin', name), join(bin, name));
  const lines: string[] = [];
  const controller = new AbortController();
  return {
    ...{ folder, root, temporary, lines, controller, signal: controller.signal },
    logFile: join(root, 'log.txt'),
    env: { PATH: bin },
    log: (line) => void lines.push(line),
    program: async (name, script) => {
      const path = join(bin, name);
      await writeFile(path, `#!/bin/sh\n${script}\n`);
      await chmod(path, 0o755);
      return path;
    },
  };
}
