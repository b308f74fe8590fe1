import { readFile } from 'node:fs/promises';

import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';

import { writeFileAtomically } from './atomicFile.ts';
import { explainFileError } from './fileErrors.ts';
import { describeMachine } from './machine.ts';
import type { RunFolder } from './runFolder.ts';

const machineSchema = z.object({
  node: z.string(),
  /** Operating system, architecture and its release: `linux x64 6.1.0`. */
  platform: z.string(),
  cpu: z.string(),
  /** Logical cores. */
  cores: z.number(),
  memoryBytes: z.number(),
  backend: z.string().optional(),
  threads: z.number().optional(),
  /** Version by package name. */
  packages: z.record(z.string(), z.string()),
});

const runConfigSchema = z.object({
  app: z.string(),
  version: z.string(),
  createdAt: z.iso.datetime(),
  preset: z.string().nullable(),
  config: z.record(z.string(), z.unknown()),
  machine: machineSchema,
});

/** Facts about the machine that a result may depend on. */
export type MachineFacts = z.output<typeof machineSchema>;

/** What `config.json` in a run folder holds. */
export type RunConfig = z.output<typeof runConfigSchema>;

/** What a run knows of itself when it starts. */
export interface NewRunConfig {
  readonly app: string;
  /** Version of the app. */
  readonly version: string;
  readonly preset?: string | undefined;
  /** The resolved configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The backend that runs, where `auto` has been decided. */
  readonly backend?: string | undefined;
  /** Threads in use. */
  readonly threads?: number | undefined;
  /** Time of the start; default now. */
  readonly now?: Date;
}

/** Writes `config.json` of a run, with facts about this machine; returns what it wrote. */
export async function writeRunConfig(run: RunFolder, options: NewRunConfig): Promise<RunConfig> {
  const { app, version, preset, config, backend, threads, now = new Date() } = options;
  const content: RunConfig = {
    app,
    version,
    createdAt: now.toISOString(),
    preset: preset ?? null,
    config: { ...config },
    machine: describeMachine({ backend, threads }),
  };
  await writeFileAtomically(run.config, `${JSON.stringify(content, null, 2)}\n`, 'the run config');
  return content;
}

/**
 * Reads `config.json` of a run.
 *
 * @throws UserError when it is missing, torn or not the config of a run
 */
export async function readRunConfig(run: RunFolder): Promise<RunConfig> {
  const text = await readFile(run.config, 'utf8').catch((error: unknown) => {
    throw explainFileError(error, 'read the run config', run.config);
  });
  const parsed = runConfigSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new UserError(
    `${run.config}: expected the config of a run, received something else${where}. ` +
      'Restore the file, or choose another run.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
