/** Options of a plot. */
export interface PlotOptions {
  readonly title?: string;
  /** What runs along the x axis; default `step`. */
  readonly xLabel?: string;
  /** What runs along the y axis; default none. */
  readonly yLabel?: string;
  /** Pixels; default 900. */
  readonly width?: number;
  /** Pixels; default 480. */
  readonly height?: number;
  /** A logarithmic y axis; values that are not above 0 are left out. Default false. */
  readonly logY?: boolean;
}
