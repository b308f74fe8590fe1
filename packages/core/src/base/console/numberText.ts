/** A measured number with four digits: `1,635`, `0.4231`, `1.2e-7`, `NaN`. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  if (size !== 0 && size < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(4)));
}

/** A metric's or column's name in words: `generatorAtoBLoss` is `generator A to B loss`. */
export const nameInWords = (name: string): string =>
  name
    .replace(/AtoB|BtoA/, (both) => `${both[0]} to ${both[3]}`)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])(?=[A-Z])/g, '$1 ')
    .replace(/(?<![A-Za-z])[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());

/** A moment in UTC, to the minute: `2030-01-31 23:59 UTC`. */
export const timeText = (time: Date): string =>
  `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
