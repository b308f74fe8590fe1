/**
 * A time span in words, two units at most: `0.4 s`, `42 s`, `3 min 20 s`, `2 h 05 min`, `1 d 3 h`.
 *
 * @param seconds not negative; NaN and Infinity give `?`
 */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  const hours = Math.round(whole / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** An amount of memory or disk in decimal units: `512 B`, `1.5 kB`, `24 MB`, `1.3 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (unit < units.length - 1 && Math.round(value) >= 1000) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 9.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/**
 * A rate with three digits, per second, or per minute or hour where that reads better:
 * `123 images/s`, `1.25 steps/s`, `9.00 steps/min`.
 *
 * @param perSecond NaN, Infinity and 0 give `? images/s`
 * @param unit plural: `images`
 */
export function formatRate(perSecond: number, unit: string): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return `? ${unit}/s`;
  if (perSecond >= 0.5) return `${threeDigits(perSecond)} ${unit}/s`;
  if (perSecond * 60 >= 0.5) return `${threeDigits(perSecond * 60)} ${unit}/min`;
  return `${threeDigits(perSecond * 3600)} ${unit}/h`;
}

const pad = (value: number): string => String(value).padStart(2, '0');

const threeDigits = (value: number): string =>
  value >= 99.95 ? String(Math.round(value)) : value.toFixed(value >= 9.995 ? 1 : 2);
