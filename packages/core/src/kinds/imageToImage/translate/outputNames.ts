/**
 * Names of results: those of the inputs with `.png` in place of their extension. Where two would be
 * written to one file (`a.jpg` and `a.webp`, or names that differ in case alone, which is one file on
 * some systems), all of them keep their extension inside the name (`a.jpg.png`), and what still
 * collides gets a number.
 *
 * @param names relative paths with `/`
 * @returns as many relative paths, all different whatever the case
 */
export function outputNames(names: readonly string[]): string[] {
  const stems = names.map((name) => name.replace(/\.[^./]+$/, ''));
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(key(stem), (counts.get(key(stem)) ?? 0) + 1);
  const taken = new Set<string>();
  return stems.map((stem, index) => {
    const name = counts.get(key(stem)) === 1 ? stem : names[index]!;
    let unique = name;
    for (let number = 2; taken.has(key(unique)); number++) unique = `${name}-${number}`;
    taken.add(key(unique));
    return `${unique}.png`;
  });
}

const key = (name: string): string => name.toLowerCase().normalize();
