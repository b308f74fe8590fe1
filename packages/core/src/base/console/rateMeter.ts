/** How fast something goes, over a sliding window, so that a slow start is soon forgotten. */
export interface RateMeter {
  /** Notes that `done` units are finished at `seconds`; both only grow. */
  update(done: number, seconds: number): void;
  /** Units per second over the window; NaN before anything has moved. */
  rate(): number;
}

/**
 * Makes a rate meter.
 *
 * @param done units finished before the measurement starts
 * @param seconds time of the start
 * @param windowSeconds length of the window, default 30 s; it always holds at least one interval
 */
export function createRateMeter(done: number, seconds: number, windowSeconds = 30): RateMeter {
  const spacing = windowSeconds / 60;
  /** Marks at least `spacing` apart; the first is the window's far end. */
  const marks = [{ done, seconds }];
  let latest = { done, seconds };
  return {
    update(nowDone, nowSeconds) {
      latest = { done: nowDone, seconds: nowSeconds };
      if (nowSeconds - (marks.at(-1)?.seconds ?? 0) >= spacing) marks.push(latest);
      while (marks.length > 2 && nowSeconds - (marks[1]?.seconds ?? 0) >= windowSeconds) {
        marks.shift();
      }
    },
    rate() {
      const [first] = marks;
      if (first === undefined || latest.seconds <= first.seconds) return NaN;
      return (latest.done - first.done) / (latest.seconds - first.seconds);
    },
  };
}
