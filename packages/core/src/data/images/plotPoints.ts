/** A point of a plot; null where there is nothing to draw, which interrupts the line. */
export type PlotPoint = readonly [x: number, y: number | null];

/** A named line of a plot. */
export interface PlotSeries {
  readonly name: string;
  /** Such as steps, ascending. */
  readonly x: ArrayLike<number>;
  /** As many as `x`; NaN and infinities leave gaps. */
  readonly y: ArrayLike<number>;
  /** A CSS colour; default: the next one of the palette. */
  readonly colour?: string;
}

/** From this many points on a line is noisy enough to be smoothed. */
const SMOOTH_FROM = 60;

/** Points that a line is drawn with: about one for each pixel of its width. */
const RAW_BUCKETS = 400;
const SMOOTH_POINTS = 400;

/** A line as it is drawn: every detail, thin, and its course, unless the points are few. */
export interface PlotLines {
  readonly raw: readonly PlotPoint[];
  readonly smooth: readonly PlotPoint[] | undefined;
}

/**
 * Prepares a line for drawing. Many points are reduced to the lowest and the highest of each
 * stretch, so that no spike is lost; the course is a running mean, exponentially weighted over
 * about a fortieth of the points.
 *
 * @param logarithmic leaves out what is not above 0
 */
export function plotLines({ x, y }: PlotSeries, logarithmic: boolean): PlotLines {
  const count = Math.min(x.length, y.length);
  const points: PlotPoint[] = [];
  for (let index = 0; index < count; index++) {
    const value = y[index]!;
    const isDrawn = Number.isFinite(value) && (!logarithmic || value > 0);
    if (Number.isFinite(x[index]!)) points.push([x[index]!, isDrawn ? value : null]);
  }
  const drawn = points.filter(([, value]) => value !== null).length;
  return {
    raw: extremes(points),
    smooth: drawn >= SMOOTH_FROM ? runningMean(points, drawn / 40) : undefined,
  };
}

function extremes(points: readonly PlotPoint[]): PlotPoint[] {
  if (points.length <= 2 * RAW_BUCKETS) return [...points];
  const kept: PlotPoint[] = [];
  for (let bucket = 0; bucket < RAW_BUCKETS; bucket++) {
    const from = Math.floor((bucket * points.length) / RAW_BUCKETS);
    const to = Math.floor(((bucket + 1) * points.length) / RAW_BUCKETS);
    kept.push(...lowestAndHighest(points, from, to));
  }
  return kept;
}

/** Two points of a stretch in the order of x, or one that says that all of it is a gap. */
function lowestAndHighest(points: readonly PlotPoint[], from: number, to: number): PlotPoint[] {
  let lowest = -1;
  let highest = -1;
  for (let index = from; index < to; index++) {
    const value = points[index]![1];
    if (value === null) continue;
    if (lowest < 0 || value < points[lowest]![1]!) lowest = index;
    if (highest < 0 || value > points[highest]![1]!) highest = index;
  }
  if (lowest < 0) return [[points[from]![0], null]];
  const ends =
    lowest === highest ? [lowest] : [Math.min(lowest, highest), Math.max(lowest, highest)];
  return ends.map((index) => points[index]!);
}

/** Corrected for its start, where a plain running mean would still lean towards zero. */
function runningMean(points: readonly PlotPoint[], span: number): PlotPoint[] {
  const keep = Math.exp(-1 / Math.max(1, span));
  const stride = Math.max(1, Math.floor(points.length / SMOOTH_POINTS));
  const means: PlotPoint[] = [];
  let sum = 0;
  let weight = 0;
  points.forEach(([at, value], index) => {
    if (value !== null) {
      sum = keep * sum + (1 - keep) * value;
      weight = keep * weight + (1 - keep);
    }
    const isKept = index % stride === 0 || index === points.length - 1;
    if (isKept && weight > 0) means.push([at, value === null ? null : sum / weight]);
  });
  return means;
}
