/**
 * Chooses one network's weights from a file of several.
 *
 * @param names all names of the file
 * @param section the network's name: only names that begin with `<section>.` are taken, without
 *   that prefix. Left out, or when no name begins so, all names are taken as they are
 * @returns gives the new name, or undefined for a name that is not taken
 */
export function pickSection(
  names: readonly string[],
  section: string | undefined,
): (name: string) => string | undefined {
  const prefix = `${section}.`;
  if (section === undefined || !names.some((name) => name.startsWith(prefix)))
    return (name) => name;
  return (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined);
}
