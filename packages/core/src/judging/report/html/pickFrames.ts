/**
 * Chooses which of many pictures of a series are shown: every one, every second, every fourth, …,
 * and always the last. A picture that is chosen stays so until the series has doubled, so that work
 * done for it can be kept.
 *
 * @param count how many there are
 * @param limit how many may be shown, at least 2
 * @returns indices, ascending
 */
export function pickFrames(count: number, limit: number): number[] {
  let stride = 1;
  while (Math.ceil(count / stride) > limit - 1 && count > limit) stride *= 2;
  const picked: number[] = [];
  for (let index = 0; index < count; index += stride) picked.push(index);
  if (count > 0 && picked.at(-1) !== count - 1) picked.push(count - 1);
  return picked;
}
