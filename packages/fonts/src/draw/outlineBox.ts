import type { Outline } from '../outline.ts';

/** Where an outline lies, in ems with y upwards; the control points of curves count as ink. */
export interface OutlineBox {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The box around an outline, or undefined when it has no contour. */
export function outlineBox({ commands, unitsPerEm }: Outline): OutlineBox | undefined {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  const add = (x: number, y: number): void => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    bottom = Math.min(bottom, y);
    top = Math.max(top, y);
  };
  for (const command of commands) {
    if (command.type === 'Z') continue;
    add(command.x, command.y);
    if (command.type === 'Q' || command.type === 'C') add(command.x1, command.y1);
    if (command.type === 'C') add(command.x2, command.y2);
  }
  if (left > right) return undefined;
  const em = unitsPerEm;
  return { left: left / em, right: right / em, bottom: bottom / em, top: top / em };
}
