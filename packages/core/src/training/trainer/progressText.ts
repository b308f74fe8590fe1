import { formatBytes } from '../../base/console/index.ts';
import { nameInWords } from '../../base/console/numberText.ts';

/** What the line of progress says besides steps and time. */
export interface ProgressFacts {
  /** Finished passes over the data, and how many there will be. */
  readonly epoch: number;
  readonly epochs: number;
  readonly imagesPerSecond?: number | undefined;
  /** Losses and other means by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Default: what this process occupies, threads and native code included. */
  readonly memoryBytes?: number;
}

/** More would not fit beside bar, steps and time. */
const SHOWN_METRICS = 6;

/**
 * The words beside the bar: `epoch 3/30, 292 images/s, 812 MB, D loss 0.4231, G loss 2.37`. Losses
 * come last, since a narrow terminal cuts them; measures such as `kid/fakeA` are left to the log.
 */
export function progressText(facts: ProgressFacts): string {
  const { epoch, epochs, imagesPerSecond, metrics } = facts;
  const { memoryBytes = process.memoryUsage.rss() } = facts;
  const losses = Object.entries(metrics)
    .filter(([name]) => !name.includes('/'))
    // The losses before all else.
    .sort(([a], [b]) => Number(b.endsWith('Loss')) - Number(a.endsWith('Loss')))
    .slice(0, SHOWN_METRICS)
    .map(([name, value]) => `${shortName(name)} ${Number(value.toPrecision(3))}`);
  return [
    `epoch ${Math.min(epochs, epoch + 1)}/${epochs}`,
    ...(imagesPerSecond === undefined ? [] : [`${imagesPerSecond.toFixed(0)} images/s`]),
    formatBytes(memoryBytes),
    ...losses,
  ].join(', ');
}

/** `discriminatorLoss` is `D loss`, `generatorAtoBLoss` is `G A to B loss`. */
export const shortName = (name: string): string =>
  nameInWords(name)
    .replace(/^discriminator /, 'D ')
    .replace(/^generator /, 'G ');
