import { readFileSync } from 'node:fs';

import { UsageError } from '@gan-zoo/compiler/errors';

import { didYouMean } from './suggest.ts';

/** The content of a `--config` file. */
export interface ConfigFile {
  /** The preset that the file builds on, if it names one. */
  readonly preset: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Reads a `--config` file: a JSON object with keys of the config, and `preset` where the command
 * has presets. What `--dry-run` prints is such a file, and so is the `config.json` of a run folder.
 *
 * @param path absolute path
 * @param keys the keys that the command knows
 * @param hasPresets whether the key `preset` is allowed
 * @throws UsageError when the file is missing, not a JSON object or has unknown keys
 */
export function readConfigFile(
  path: string,
  keys: readonly string[],
  hasPresets: boolean,
): ConfigFile {
  const { preset, ...values } = configOfRun(parseObject(path), keys);
  const problems = Object.keys(values)
    .filter((key) => !keys.includes(key))
    .map((key) => `${path}: unknown key "${key}".${didYouMean(key, keys)}`);
  if (preset !== undefined && !hasPresets) {
    problems.push(`${path}: unknown key "preset"; this command has no presets.`);
  } else if (preset !== undefined && typeof preset !== 'string') {
    problems.push(
      `preset in ${path}: expected the name of a preset, received ${JSON.stringify(preset)}.`,
    );
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { preset: preset as string | undefined, values };
}

function parseObject(path: string): Record<string, unknown> {
  let content: unknown;
  const text = readText(path);
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`--config: ${path} is not valid JSON: ${(error as Error).message}.`);
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return content as Record<string, unknown>;
  }
  throw new UsageError(`--config: expected an object {…} in ${path}, received ${kindOf(content)}.`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const received =
      code === 'ENOENT' ? `nothing at ${path}` : code === 'EISDIR' ? `a folder: ${path}` : message;
    throw new UsageError(`--config: expected a JSON file, received ${received}.`, { cause: error });
  }
}

/** The config.json of a run folder keeps the options in a record of their own. */
function configOfRun(
  content: Record<string, unknown>,
  keys: readonly string[],
): Record<string, unknown> {
  const { app, config, preset } = content;
  if (keys.includes('app') || typeof app !== 'string') return content;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return content;
  return preset === undefined || preset === null ? { ...config } : { ...config, preset };
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
