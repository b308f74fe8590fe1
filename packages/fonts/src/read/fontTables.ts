import type { SfntTables } from './sfntTables.ts';
import { unusableFont, viewOf } from './unusableFont.ts';

/** The numbers that hold for all glyphs of a font file. */
export interface FontMetrics {
  readonly glyphCount: number;
  readonly unitsPerEm: number;
  /** Height of a line above the baseline, in font units. */
  readonly ascender: number;
  /** Below the baseline: negative. */
  readonly descender: number;
  /** 100 to 900; 400 where the font does not say. */
  readonly weight: number;
  /** Whether `loca` holds 16-bit numbers. */
  readonly shortOffsets: boolean;
}

const leastBytes = { head: 54, hhea: 36, maxp: 6 } as const;

/**
 * Reads the tables that all outlines depend on.
 *
 * @throws FontError when one is missing, too short or contradicts another
 */
export function readFontMetrics(tables: SfntTables, file: string): FontMetrics {
  for (const [tag, bytes] of Object.entries(leastBytes)) needTable(tables, tag, bytes, file);
  const head = viewOf(tables.get('head')!);
  const hhea = viewOf(tables.get('hhea')!);
  const glyphCount = viewOf(tables.get('maxp')!).getUint16(4);
  const unitsPerEm = head.getUint16(18);
  if (unitsPerEm < 16 || unitsPerEm > 16384) {
    throw unusableFont({
      file,
      expected: '16 to 16384 units per em',
      received: String(unitsPerEm),
    });
  }
  const metrics = hhea.getUint16(34);
  if (metrics === 0 || metrics > glyphCount) {
    const received = `widths of ${metrics} for ${glyphCount} glyphs`;
    throw unusableFont({ file, expected: 'glyphs with widths', received });
  }
  needTable(tables, 'hmtx', 4 * metrics, file);
  const shortOffsets = head.getInt16(50) === 0;
  assertOutlines(tables, glyphCount, shortOffsets, file);
  const os2 = tables.get('OS/2');
  const weight = os2 !== undefined && os2.length >= 6 ? viewOf(os2).getUint16(4) : 400;
  return {
    ...{ glyphCount, unitsPerEm, shortOffsets },
    ascender: hhea.getInt16(4),
    descender: hhea.getInt16(6),
    weight: weight >= 1 && weight <= 1000 ? weight : 400,
  };
}

function needTable(tables: SfntTables, tag: string, bytes: number, file: string): void {
  const table = tables.get(tag);
  if (table !== undefined && table.length >= bytes) return;
  throw unusableFont({
    file,
    expected: `a table ${tag} of at least ${bytes} bytes`,
    received: table === undefined ? 'none' : `${table.length} bytes`,
  });
}

function assertOutlines(
  tables: SfntTables,
  glyphCount: number,
  shortOffsets: boolean,
  file: string,
): void {
  if (tables.has('glyf')) {
    needTable(tables, 'loca', (glyphCount + 1) * (shortOffsets ? 2 : 4), file);
    return;
  }
  if (tables.has('CFF ')) return;
  throw unusableFont({
    file,
    expected: 'outlines in a table glyf or CFF',
    received: 'neither',
    next: 'Bitmap fonts and CFF2 are not supported: convert the font to TTF or OTF.',
  });
}
