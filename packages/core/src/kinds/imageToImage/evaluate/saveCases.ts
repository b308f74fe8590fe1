import type { HostTensor } from '@gan-zoo/compiler';
import { imageGrid, savePng, toPixels } from '../../../data/images/index.ts';
import type { DirectionOptions } from './evaluateDirection.ts';

/** What cases are drawn with. */
export type CaseOptions = Pick<
  DirectionOptions,
  'source' | 'target' | 'isPaired' | 'there' | 'back'
>;

/**
 * Saves some cases as a sheet, a row for each: input, translation, and the truth or, without one, the
 * reconstruction.
 *
 * @param numbers of the pictures, in the order of the rows
 */
export async function saveCases(
  path: string,
  numbers: readonly number[],
  { source, target, isPaired, there, back }: CaseOptions,
): Promise<void> {
  const rows: HostTensor[] = [];
  for (const number of numbers) {
    const input = await source.read([number]);
    const translation = await there(input);
    rows.push(input, translation);
    if (isPaired) rows.push(await target.read([number]));
    else if (back !== undefined) rows.push(await back(translation));
  }
  await savePng(
    path,
    imageGrid(
      rows.map((row) => toPixels(row)[0]!),
      { columns: isPaired || back !== undefined ? 3 : 2 },
    ),
  );
}
