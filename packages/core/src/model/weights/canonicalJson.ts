import { UserError } from '@gan-zoo/compiler';

/**
 * JSON with sorted keys and without spaces: equal values give equal text. Entries that are
 * undefined do not count.
 *
 * @param who names the value in messages
 * @throws UserError for anything that JSON cannot hold: NaN, infinities, functions, class instances
 */
export function canonicalJson(value: unknown, who: string): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') {
    return JSON.stringify(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, i) => canonicalJson(item, `${who}[${i}]`)).join(',')}]`;
  }
  if (isPlainRecord(value)) {
    const keys = Object.keys(value).filter((key) => value[key] !== undefined);
    const fields = keys.sort().map((key) => {
      return `${JSON.stringify(key)}:${canonicalJson(value[key], `${who}.${key}`)}`;
    });
    return `{${fields.join(',')}}`;
  }
  throw new UserError(
    `${who}: expected a value that JSON can hold, received ${describe(value)}. ` +
      `Use text, finite numbers, true, false, null, lists and records of these.`,
  );
}

function isPlainRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  return typeof value === 'object' ? 'an object that is no plain record' : `a ${typeof value}`;
}
