import { relative } from 'node:path';
import {
  assertEmptyFolder,
  cropAndResizeFolder,
  findDuplicates,
  UserError,
  type CommandContext,
  type Progress,
  type SkippedFile,
} from '@gan-zoo/core';
import { presets } from './config.ts';
import { prepareAvatars, type AvatarStyleName } from './prepare/index.ts';

/** What both ways of making pictures need. */
interface CommonOptions {
  /** As the user gave it. */
  readonly out?: string | undefined;
  /** Side of the pictures in pixels. */
  readonly imageSize: number;
  readonly findDuplicates: boolean;
  /** Bits of 64 in which near-duplicates may differ. */
  readonly duplicateThreshold: number;
}

/** How {@link makeAvatars} draws. */
export interface AvatarOptions extends CommonOptions {
  readonly num: number;
  readonly style: AvatarStyleName;
  readonly seed: number;
}

/** What {@link usePictures} takes and leaves out. */
export interface OwnPictureOptions extends CommonOptions {
  /** The user's folder; nothing in it is changed. */
  readonly data: string;
  readonly skipDuplicates: boolean;
}

/** Draws avatars with progress, and says what there is now and what to do with it. */
export async function makeAvatars(options: AvatarOptions, context: CommandContext): Promise<void> {
  const { num, style, seed, imageSize } = options;
  const advance = showProgress(context, 'Drawing avatars');
  const { folder, drawn, kept, distinct, surplus, manifest } = await prepareAvatars({
    ...{ num, style, seed, imageSize, signal: context.signal },
    out: context.resolvePath(options.out ?? `data/${style}`),
    onProgress: ({ done, total }) => advance(done, total),
  });
  if (options.findDuplicates) await listDuplicates(folder, options, context);
  const more = surplus === 0 ? '' : `; ${surplus} more of the set lie there too`;
  context.print(`Folder: ${folder}`);
  context.print(`Pictures: ${drawn} drawn, ${kept} kept, ${distinct} of ${num} distinct${more}`);
  context.print(`Licence: ${manifest.credit}`);
  printNextCommand(folder, num + surplus, context);
}

/** Makes training pictures of the user's own, or only looks for near-duplicates among them. */
export async function usePictures(
  options: OwnPictureOptions,
  context: CommandContext,
): Promise<void> {
  const { imageSize, findDuplicates: find, skipDuplicates: skip } = options;
  const source = context.resolvePath(options.data);
  const out = options.out === undefined ? undefined : context.resolvePath(options.out);
  if (out !== undefined) await assertEmptyFolder(out);
  const groups = find || skip ? await listDuplicates(source, options, context) : [];
  if (out === undefined) return;
  const leaveOut = new Set(skip ? groups.flatMap(([_first, ...others]) => others) : []);
  const advance = showProgress(context, 'Cutting pictures');
  const { written, skipped } = await cropAndResizeFolder({
    ...{ source, out, imageSize, leaveOut, signal: context.signal },
    onProgress: ({ done, total }) => advance(done, total),
  });
  logSkipped(skipped, context);
  if (written.length === 0) {
    throw new UserError(
      `prepare: expected pictures in ${source} (--data) that can be used, found none: all ` +
        `${skipped.length} were skipped. Put others there, or name another folder.`,
    );
  }
  const leftOut = skip ? `, ${countOf(leaveOut.size, 'near-duplicate')} left out` : '';
  context.print(`Folder: ${out}`);
  context.print(`Pictures: ${written.length} written, ${skipped.length} skipped${leftOut}`);
  printNextCommand(out, written.length, context);
}

/** Prints the groups of pictures that look alike, one a line, and how many there are. */
async function listDuplicates(
  folder: string,
  { findDuplicates: find, duplicateThreshold: threshold }: CommonOptions,
  context: CommandContext,
): Promise<readonly (readonly string[])[]> {
  const advance = showProgress(context, 'Comparing pictures');
  const { groups, compared } = await findDuplicates({
    ...{ folder, threshold, signal: context.signal },
    onProgress: ({ done, total }) => advance(done, total),
  });
  if (!find) return groups;
  for (const group of groups) context.print(`Alike: ${group.join(', ')}`);
  const members = groups.reduce((sum, group) => sum + group.length, 0);
  context.print(
    `Near-duplicates: ${countOf(groups.length, 'group')} with ${members} of ${compared} pictures`,
  );
  return groups;
}

function logSkipped(skipped: readonly SkippedFile[], { log }: CommandContext): void {
  if (skipped.length === 0) return;
  log(`Skipped ${skipped.length} files that are no usable pictures:`);
  for (const { path, reason } of skipped.slice(0, 5)) log(`  ${path}: ${reason}`);
  if (skipped.length > 5) log(`  … and ${skipped.length - 5} more`);
}

/** A command that trains on few pictures too, with a smaller batch where they are fewer than one. */
function printNextCommand(folder: string, count: number, context: CommandContext): void {
  const path = relative(context.workingFolder, folder);
  const shown = path === '' || path.startsWith('..') ? folder : path;
  const quoted = /^[\w@%+=:,./~-]+$/.test(shown) ? shown : JSON.stringify(shown);
  const batch = count < presets.small.values.batchSize ? ` --batch-size ${count}` : '';
  const options = `--data ${quoted} --preset small${batch}`;
  context.print(`Next: npx nx run ${context.app}:train -- ${options}`);
}

/** Progress whose bar begins with the first report, which says what was done before. */
function showProgress(
  { progress }: CommandContext,
  label: string,
): (done: number, total: number) => void {
  let shown: Progress | undefined;
  return (done, total) => {
    shown ??= progress({ label, total, unit: 'images', initial: done === 1 ? 0 : done });
    shown.update(done);
    if (done === total) shown.stop();
  };
}

const countOf = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
