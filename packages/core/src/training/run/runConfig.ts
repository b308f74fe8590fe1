import { readFile } from 'node:fs/promises';

import { UserError } from '@gan-zoo/compiler';
import { z } from 'zod';

import { writeFileAtomically } from '../../base/files/atomicFile.ts';
import { explainFileError } from '../../base/files/fileErrors.ts';
import { describeMachine, machineSchema } from './machine.ts';
import type { RunFolder } from './runFolder.ts';

const resumeSchema = z.object({
  at: z.iso.datetime(),
  /** The step that the training went on from. */
  step: z.int(),
  /** Changed options: the value before and the new one; null stands for none. */
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
});

const runConfigSchema = z.object({
  app: z.string(),
  version: z.string(),
  createdAt: z.iso.datetime(),
  preset: z.string().nullable(),
  config: z.record(z.string(), z.unknown()),
  machine: machineSchema,
  /** Folder that the config's relative paths start from; absent in runs of older versions. */
  workingFolder: z.string().optional(),
  /** What was changed when the run was resumed. */
  resumes: z.array(resumeSchema).optional(),
});

/** What `config.json` in a run folder holds. */
export type RunConfig = z.output<typeof runConfigSchema>;

/** A resume that changed options. */
export type ResumeRecord = z.output<typeof resumeSchema>;

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
  /** Absolute path that the config's relative paths start from. */
  readonly workingFolder?: string | undefined;
  /** Time of the start; default now. */
  readonly now?: Date;
}

/** Writes `config.json` of a run, with facts about this machine; returns what it wrote. */
export async function writeRunConfig(run: RunFolder, options: NewRunConfig): Promise<RunConfig> {
  const { app, version, preset, config, backend, threads, workingFolder, now } = options;
  const content: RunConfig = {
    app,
    version,
    createdAt: (now ?? new Date()).toISOString(),
    preset: preset ?? null,
    config: { ...config },
    machine: describeMachine({ backend, threads }),
    ...(workingFolder === undefined ? {} : { workingFolder }),
  };
  await save(run, content);
  return content;
}

/** Brings `config.json` up to date with a resume that changed options. */
export async function recordResume(
  run: RunFolder,
  before: RunConfig,
  { config, resume }: { readonly config: RunConfig['config']; readonly resume: ResumeRecord },
): Promise<void> {
  await save(run, {
    ...before,
    config: { ...config },
    resumes: [...(before.resumes ?? []), resume],
  });
}

const save = (run: RunFolder, content: RunConfig): Promise<void> =>
  writeFileAtomically(run.config, `${JSON.stringify(content, null, 2)}\n`, 'the run config');

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
