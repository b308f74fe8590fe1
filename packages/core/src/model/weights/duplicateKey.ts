/**
 * Finds a key that stands twice in the outermost object of a JSON text; `JSON.parse` would quietly
 * keep the last of the two.
 *
 * @param json text that `JSON.parse` accepts
 * @returns the first repeated key, or undefined
 */
export function findDuplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let i = 0; i < json.length; i += 1) {
    const character = json[i];
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (character !== '"') continue;
    const end = endOfString(json, i);
    if (depth === 1 && isFollowedByColon(json, end)) {
      const key = JSON.parse(json.slice(i, end)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
    i = end - 1;
  }
  return undefined;
}

/** The position after the closing quote of the string that opens at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1;
  while (json[i] !== '"') i += json[i] === '\\' ? 2 : 1;
  return i + 1;
}

function isFollowedByColon(json: string, start: number): boolean {
  let i = start;
  while (' \t\r\n'.includes(json[i]!)) i += 1;
  return json[i] === ':';
}
