/** A step of an outline of lines and cubic curves, in font units with y upwards. */
export type OutlineStep =
  | { readonly type: 'M'; readonly x: number; readonly y: number }
  | { readonly type: 'L'; readonly x: number; readonly y: number }
  | {
      readonly type: 'C';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly type: 'Z' };

/** A step of an outline as fonts have it, quadratic curves included. */
export type OutlineCommand =
  | OutlineStep
  | {
      readonly type: 'Q';
      readonly x1: number;
      readonly y1: number;
      readonly x: number;
      readonly y: number;
    };

/** One glyph's shape. */
export interface Outline {
  /** Closed contours, filled where the winding number is not zero. */
  readonly commands: readonly OutlineCommand[];
  /** Distance to the next glyph's origin, in font units. */
  readonly advanceWidth: number;
  readonly unitsPerEm: number;
}
