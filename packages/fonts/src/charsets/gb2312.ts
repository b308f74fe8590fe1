/**
 * The 3,755 most frequent characters of GB 2312 (level 1): rows 16 to 55 of its table, of which
 * the last has 89 characters and the others 94.
 */
export function gb2312Level1(): string {
  const bytes: number[] = [];
  for (let row = 16; row <= 55; row++) {
    const cells = row === 55 ? 89 : 94;
    for (let cell = 1; cell <= cells; cell++) bytes.push(0xa0 + row, 0xa0 + cell);
  }
  return new TextDecoder('gb18030', { fatal: true }).decode(Uint8Array.from(bytes));
}
