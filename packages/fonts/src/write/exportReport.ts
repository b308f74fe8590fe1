import type { GlyphPicture, TracedGlyph } from '../trace/traceGlyph.ts';
import type { GlyphCheck, GlyphFault, GlyphFaultKind } from './checkGlyph.ts';

/** A character that did not become a glyph of the font. */
export interface GlyphFailure {
  readonly character: string;
  readonly faults: readonly GlyphFault[];
}

/** What became of the pictures. */
export interface ExportReport {
  /** Pictures that came in. */
  readonly pictures: number;
  /** Glyphs in the font besides spaces and the box for missing characters. */
  readonly glyphs: number;
  /** What was left out, and why. */
  readonly failures: readonly GlyphFailure[];
  /** Characters of the font with ink at the picture's edge, where it may be cut off. */
  readonly clipped: readonly string[];
  /** Agreement of the font's glyphs with their pictures. */
  readonly iou: { readonly mean: number; readonly least: number };
  /** Points of the font's outlines. */
  readonly points: { readonly mean: number; readonly most: number };
  /** Spots of dirt that were removed, and gaps in the ink that were closed. */
  readonly specks: number;
  readonly pinholes: number;
  readonly fileBytes: number;
  /** Time for all of it. */
  readonly seconds: number;
}

/** A picture with its outline, if it has ink, and what the comparison of both gave. */
export interface CheckedGlyph {
  readonly picture: GlyphPicture;
  readonly traced: TracedGlyph | undefined;
  readonly check: GlyphCheck;
}

/** Whether a glyph is fit for the font. */
export const isGood = ({ check }: CheckedGlyph): boolean => check.faults.length === 0;

/** Sums up what became of the pictures. */
export function reportExport(
  glyphs: readonly CheckedGlyph[],
  facts: Pick<ExportReport, 'fileBytes' | 'seconds'>,
): ExportReport {
  const good = glyphs.filter(isGood);
  const counts = good.map(({ traced }) => traced!);
  const points = counts.map((glyph) => glyph.points);
  const overlaps = good.map(({ check }) => check.iou);
  return {
    pictures: glyphs.length,
    glyphs: good.length,
    failures: glyphs
      .filter((glyph) => !isGood(glyph))
      .map(({ picture, check }) => ({ character: characterOf(picture), faults: check.faults })),
    clipped: good
      .filter(({ traced }) => traced!.clipped)
      .map(({ picture }) => characterOf(picture)),
    iou: { mean: sumOf(overlaps) / good.length, least: Math.min(...overlaps) },
    points: { mean: sumOf(points) / good.length, most: Math.max(...points) },
    specks: sumOf(counts.map(({ specks }) => specks)),
    pinholes: sumOf(counts.map(({ pinholes }) => pinholes)),
    ...facts,
  };
}

const characterOf = ({ codepoint }: GlyphPicture): string => String.fromCodePoint(codepoint);

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Characters of one kind of fault that are written out. */
const mostShown = 40;

/** Lays a report out as lines of text: figures, then a line for every kind of fault. */
export function formatExportReport(report: ExportReport): string[] {
  const { pictures, glyphs, failures, clipped, iou, points, specks, pinholes } = report;
  const { fileBytes, seconds } = report;
  const rate = seconds > 0 ? ` (${Math.round(pictures / seconds)} pictures/s)` : '';
  return [
    `${glyphs} of ${pictures} characters became glyphs in ${seconds.toFixed(1)} s${rate}`,
    `${Math.ceil(fileBytes / 1024)} KB, ${Math.round(fileBytes / glyphs)} bytes and ` +
      `${points.mean.toFixed(1)} points per glyph (at most ${points.most})`,
    `agreement with the pictures: IoU ${iou.mean.toFixed(3)} on average, ` +
      `${iou.least.toFixed(3)} at least`,
    `dirt: ${specks} specks removed, ${pinholes} pinholes closed`,
    ...(clipped.length > 0 ? [`at the picture's edge, kept: ${shortened(clipped)}`] : []),
    ...failuresByKind(failures).map(
      ([kind, characters]) => `left out, ${kind}: ${shortened(characters)}`,
    ),
  ];
}

/** Characters by fault; those with several faults are in several. */
function failuresByKind(
  failures: readonly GlyphFailure[],
): readonly (readonly [GlyphFaultKind, readonly string[]])[] {
  const kinds = new Map<GlyphFaultKind, string[]>();
  for (const { character, faults } of failures) {
    for (const { kind, detail } of faults) {
      const shown = detail === '' ? character : `${character} (${detail})`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), shown]);
    }
  }
  return [...kinds];
}

function shortened(characters: readonly string[]): string {
  const rest = characters.length - mostShown;
  const shown = characters.slice(0, mostShown).join(' ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
