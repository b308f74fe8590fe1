import { z } from 'zod';
import { canonicalJson } from './canonicalJson.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile } from './weightFileErrors.ts';

const FORMAT = 'gan-zoo-checkpoint';
const FORMAT_VERSION = 1;

/**
 * What a checkpoint says about itself. Nothing in it depends on the time or the machine, so that
 * equal states give equal files.
 */
export interface CheckpointMetadata {
  readonly format: typeof FORMAT;
  readonly formatVersion: typeof FORMAT_VERSION;
  /** The app that wrote it, such as `anime-dcgan`, and its version. */
  readonly app: string;
  readonly appVersion: string;
  /** Finished train steps and finished passes over the data. */
  readonly step: number;
  readonly epoch: number;
  /** The resolved configuration of the run; the app checks it with its own schema. */
  readonly config: unknown;
  /** The last metrics; null stands for a value that was not finite. */
  readonly metrics?: Readonly<Record<string, number | null>>;
  /** Where the training stands besides its state, as JSON; the trainer reads it at a resume. */
  readonly position?: unknown;
}

/** {@link CheckpointMetadata} as the caller gives it: the format is filled in. */
export type CheckpointInfo = Omit<CheckpointMetadata, 'format' | 'formatVersion'>;

const counter = z.string().regex(/^\d+$/).transform(Number);
const json = z.string().transform((text) => JSON.parse(text) as unknown);

const storedMetadata = z.object({
  app: z.string(),
  appVersion: z.string(),
  step: counter,
  epoch: counter,
  config: json,
  metrics: json.pipe(z.record(z.string(), z.number().nullable())).optional(),
  position: json.optional(),
});

/**
 * Metadata as the strings of a safetensors file; whatever is not text is JSON with sorted keys.
 *
 * @throws UserError when the configuration holds something that JSON cannot
 */
export function encodeMetadata(info: CheckpointInfo): Record<string, string> {
  const { app, appVersion, step, epoch, config, metrics, position } = info;
  const strings: Record<string, string> = {
    format: FORMAT,
    formatVersion: String(FORMAT_VERSION),
    app,
    appVersion,
    step: String(step),
    epoch: String(epoch),
    config: canonicalJson(config, 'config'),
  };
  if (metrics !== undefined) {
    const finite = Object.entries(metrics).map(([name, value]) => {
      return [name, Number.isFinite(value) ? value : null] as const;
    });
    strings['metrics'] = canonicalJson(Object.fromEntries(finite), 'metrics');
  }
  if (position !== undefined) strings['position'] = canonicalJson(position, 'position');
  return strings;
}

/**
 * Says whether strings of a safetensors file are those of a checkpoint of this version.
 *
 * @throws UserError when they are not
 */
export function assertCheckpointFormat(
  strings: Readonly<Record<string, string>>,
  { file }: FileContext,
): void {
  const { format, formatVersion } = strings;
  if (format !== FORMAT) {
    throw badFile(
      { file, advice: 'Plain weights go where weights are asked for (--weights).' },
      `expected a checkpoint, received a safetensors file without a state to resume from`,
    );
  }
  if (formatVersion === String(FORMAT_VERSION)) return;
  throw badFile(
    { file, advice: 'Update the program, or use a checkpoint that it wrote.' },
    `expected checkpoint format ${FORMAT_VERSION}, received ${formatVersion ?? 'none'}`,
  );
}

/**
 * The opposite of {@link encodeMetadata}.
 *
 * @throws UserError that names the field which is not as expected
 */
export function decodeMetadata(
  strings: Readonly<Record<string, string>>,
  context: FileContext,
): CheckpointMetadata {
  let parsed;
  try {
    parsed = storedMetadata.safeParse(strings);
  } catch (error) {
    throw badFile(context, `the metadata is not JSON (${(error as Error).message})`);
  }
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw badFile(context, `metadata ${issue.path.join('.')}: ${issue.message}`);
  }
  const { metrics, position, ...rest } = parsed.data;
  const format = { format: FORMAT, formatVersion: FORMAT_VERSION } as const;
  return {
    ...format,
    ...rest,
    ...(metrics === undefined ? {} : { metrics }),
    ...(position === undefined ? {} : { position }),
  };
}
