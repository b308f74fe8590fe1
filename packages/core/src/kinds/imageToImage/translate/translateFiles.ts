import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@gan-zoo/compiler';
import type { CommandContext } from '../../../command/cli/index.ts';
import { mapInOrder, type SkippedFile } from '../../../data/folders/index.ts';
import { saveCompareSheet } from './compareSheet.ts';
import type { InputFile } from './findInputs.ts';
import { outputNames } from './outputNames.ts';
import { readPicture, readPictureSize, savePicture, type Picture } from './pictureFile.ts';
import { planTranslation, translateImage, type TranslationSizes } from './translateImage.ts';
import type { Translator } from './translator.ts';

/** What is done with the pictures. */
export interface TranslateFilesOptions {
  readonly files: readonly InputFile[];
  /** Absolute folder for the results. */
  readonly out: string;
  readonly translator: Translator;
  readonly sizes: Omit<TranslationSizes, 'multiple'>;
  /** Also write sheets of input, translation and reconstruction into `compare/`. */
  readonly compare: boolean;
  /** Replace files of the same names; otherwise they are an error before the work begins. */
  readonly overwrite: boolean;
}

/** What has become of the pictures. */
export interface TranslatedFiles {
  readonly translated: number;
  readonly skipped: readonly SkippedFile[];
}

interface Job extends InputFile {
  readonly target: string;
  /** Where the sheet goes. */
  readonly sheet: string;
}

/**
 * Translates files one after the other, those together that one compiled program serves, so that a
 * folder of many sizes holds one program at a time. Files that cannot be read are skipped.
 *
 * @throws UserError when a result exists already, or a folder cannot be written to
 * @throws the signal's reason if it aborts
 */
export async function translateFiles(
  options: TranslateFilesOptions,
  { signal, progress, log }: Pick<CommandContext, 'signal' | 'progress' | 'log'>,
): Promise<TranslatedFiles> {
  const { translator, files } = options;
  const sizes = { ...options.sizes, multiple: translator.multiple };
  const jobs = planJobs(options);
  if (!options.overwrite) await assertNew(jobs, options);
  const skipped: SkippedFile[] = [];
  const skip = ({ name }: InputFile, error: unknown): void => {
    const reason = reasonOf(error);
    skipped.push({ path: name, reason });
    log(`Skipped ${name}: ${reason}`);
  };
  const groups = await groupBySize(jobs, sizes, { skip, signal });
  const shown = progress({ label: 'Translating', total: files.length, unit: 'images' });
  let translated = 0;
  for (const group of groups) {
    for (const job of group) {
      signal.throwIfAborted();
      const picture = await readPicture(job.path, translator.channels).catch((error: unknown) =>
        skip(job, error),
      );
      if (picture !== undefined) {
        await translateOne(job, picture, options, sizes);
        translated++;
      }
      shown.update(translated + skipped.length);
    }
    await Promise.all([translator.there.release(), translator.back?.release()]);
  }
  shown.stop();
  return { translated, skipped };
}

function planJobs({ files, out }: TranslateFilesOptions): Job[] {
  const names = files.map(({ name }) => name);
  const targets = outputNames([...names, ...names.map((name) => `compare/${name}`)]);
  return files.map((file, index) => ({
    ...file,
    target: join(out, targets[index]!),
    sheet: join(out, targets[files.length + index]!),
  }));
}

async function assertNew(
  jobs: readonly Job[],
  { compare }: Pick<TranslateFilesOptions, 'compare'>,
): Promise<void> {
  const targets = jobs.flatMap(({ target, sheet }) => (compare ? [target, sheet] : [target]));
  const existing: string[] = [];
  for (const target of targets) {
    const exists = await access(target).then(
      () => true,
      () => false,
    );
    if (exists) existing.push(target);
  }
  if (existing.length === 0) return;
  const shown = existing.slice(0, 3).join(', ') + (existing.length > 3 ? ', …' : '');
  throw new UserError(
    `--out: expected no results of the same names, found ${existing.length} (${shown}). ` +
      `Nothing was changed. Choose another --out, or replace them with --overwrite.`,
  );
}

/** Jobs by the size of the program that they need, in the order in which the sizes first come. */
async function groupBySize(
  jobs: readonly Job[],
  sizes: TranslationSizes,
  { skip, signal }: { skip: (job: Job, error: unknown) => void; signal: AbortSignal },
): Promise<Job[][]> {
  const groups = new Map<string, Job[]>();
  const measured = mapInOrder(
    jobs,
    async (job) => ({
      job,
      size: await readPictureSize(job.path).catch((error: unknown) => ({ error })),
    }),
    { workers: 8, signal },
  );
  for await (const { job, size } of measured) {
    if ('error' in size) {
      skip(job, size.error);
      continue;
    }
    const plan = planTranslation(size.height, size.width, sizes);
    const program = `${plan.height}×${plan.width}`;
    groups.set(program, [...(groups.get(program) ?? []), job]);
  }
  return [...groups.values()];
}

async function translateOne(
  { target, sheet }: Job,
  { image, alpha }: Picture,
  { translator, compare }: TranslateFilesOptions,
  sizes: TranslationSizes,
): Promise<void> {
  const translation = await translateImage(translator.there.generate, image, sizes);
  await savePicture(target, translation, alpha);
  if (!compare) return;
  const { back } = translator;
  const reconstruction =
    back === undefined ? [] : [await translateImage(back.generate, translation, sizes)];
  await saveCompareSheet(sheet, [image, translation, ...reconstruction]);
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Input file/, 'the file').split('\n', 1)[0]!;
}
