import opentype from 'opentype.js';
import type { Outline, OutlineCommand } from '../outline.ts';
import { assertCff } from './cffChecks.ts';
import type { FontMetrics } from './fontTables.ts';
import { createGlyfCheck, type GlyphCheck } from './glyfChecks.ts';
import { quietly } from './quietly.ts';
import { writeSfnt, type SfntTables } from './sfntTables.ts';
import { countSubroutineCalls, maxSubroutineCalls } from './subroutineCalls.ts';
import { unusableFont } from './unusableFont.ts';

/** Where a variable font stands on its axes: `{ wght: 400 }`. */
export type Variation = Readonly<Record<string, number>>;

/** Reads outlines by glyph number. */
export interface OutlineParser {
  /** @returns undefined for a glyph that is damaged */
  outline(glyph: number): Outline | undefined;
}

/** Tables that opentype.js insists on; ours name and map nothing, see `readCharacterMap`. */
const emptyName = Uint8Array.of(0, 0, 0, 0, 0, 6);
const emptyCmap = Uint8Array.from([
  ...[0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12],
  ...[0, 4, 0, 24, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0, 1, 0, 0],
]);
/** Version 3: no names of glyphs. */
const emptyPost = Uint8Array.from({ length: 32 }, (_, at) => (at === 1 ? 3 : 0));
const outlineTables = ['head', 'hhea', 'maxp', 'hmtx', 'loca', 'glyf', 'CFF '];
const variationTables = ['fvar', 'gvar', 'avar'];

/**
 * Prepares the outlines of a font for reading with opentype.js. It gets only the tables that
 * outlines need, after they have been checked: it believes the counts and offsets it is given.
 *
 * @param variation for variable fonts with TrueType outlines; others take no notice
 * @throws FontError when the tables cannot be parsed
 */
export function createOutlineParser(
  tables: SfntTables,
  metrics: FontMetrics,
  variation: Variation | undefined,
  file: string,
): OutlineParser {
  const isCff = !tables.has('glyf');
  if (isCff) assertCff(tables.get('CFF ')!, file);
  const isVaried = variation !== undefined && tables.has('fvar') && tables.has('gvar');
  const names = isVaried ? [...outlineTables, ...variationTables] : outlineTables;
  const kept = new Map([...tables].filter(([tag]) => names.includes(tag)));
  const font = parse(
    kept.set('name', emptyName).set('cmap', emptyCmap).set('post', emptyPost),
    isCff,
    file,
  );
  const calls = isCff ? countSubroutineCalls(font) : { left: 0 };
  const isSound: GlyphCheck = isCff ? () => true : createGlyfCheck(tables, metrics.shortOffsets);
  return {
    outline: (glyph) => {
      if (glyph >= metrics.glyphCount || !isSound(glyph)) return undefined;
      calls.left = maxSubroutineCalls;
      try {
        const found = font.glyphs.get(glyph);
        const commands = quietly(() =>
          isVaried ? variedCommands(found, font, variation) : found.path.commands,
        );
        if (!commands.every(isFinitePoint)) return undefined;
        const { unitsPerEm } = metrics;
        return { commands, advanceWidth: found.advanceWidth ?? 0, unitsPerEm };
      } catch {
        // Whatever it stumbled on, only this glyph is lost.
        return undefined;
      }
    },
  };
}

function parse(tables: SfntTables, isCff: boolean, file: string): opentype.Font {
  try {
    return quietly(() => opentype.parse(writeSfnt(tables, isCff).buffer));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusableFont({ file, expected: 'tables that can be parsed', received: `"${reason}"` });
  }
}

/**
 * opentype.js applies a variation only while it scales; as it does, it turns y downwards and
 * leaves the closing of contours out.
 */
function variedCommands(
  glyph: opentype.Glyph,
  font: opentype.Font,
  variation: Variation,
): readonly OutlineCommand[] {
  const options = { variation: { ...variation } } as opentype.RenderOptions;
  const { commands } = glyph.getPath(0, 0, font.unitsPerEm, options, font);
  const open = commands.filter(({ type }) => type !== 'Z').map(turned);
  return open.flatMap((command, place) => {
    const isLast = place === open.length - 1 || open[place + 1]!.type === 'M';
    return isLast ? [command, { type: 'Z' } as const] : [command];
  });
}

function turned(command: OutlineCommand): OutlineCommand {
  if (command.type === 'Z') return command;
  if (command.type === 'Q') return { ...command, y: -command.y, y1: -command.y1 };
  if (command.type !== 'C') return { ...command, y: -command.y };
  return { ...command, y: -command.y, y1: -command.y1, y2: -command.y2 };
}

function isFinitePoint(command: OutlineCommand): boolean {
  if (command.type === 'Z') return true;
  if (!Number.isFinite(command.x) || !Number.isFinite(command.y)) return false;
  if (command.type !== 'Q' && command.type !== 'C') return true;
  return Number.isFinite(command.x1) && Number.isFinite(command.y1);
}
