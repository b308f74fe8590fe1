import { dropReasons, layoutNames } from '@gan-zoo/fonts';
import { z } from 'zod';

/** How glyphs are held back for tests. */
export const splitNames = ['characters', 'pairs'] as const;

/** `characters`: test characters are seen in no style. `pairs`: single glyphs, as published. */
export type SplitName = (typeof splitNames)[number];

const count = z.int().min(0);

const fontSchema = z.object({
  /** Lower case letters, digits and hyphens; different for all fonts of a set. */
  id: z.string(),
  /** Family and style. */
  name: z.string(),
  /** Name and version of the package it came in, or the files. */
  origin: z.string(),
  licence: z.object({
    /** What is known for sure, such as `OFL-1.1`; otherwise what the package says. */
    name: z.string().optional(),
    /** What the font says about itself, shortened. */
    text: z.string(),
    url: z.string(),
    copyright: z.string(),
    /** Licence files in the package. */
    files: z.array(z.string()),
  }),
  /** Where its glyphs stand in the pictures; see `GlyphPlacement`. */
  placement: z.object({
    imageSize: z.int(),
    pixelsPerEm: z.number(),
    baseline: z.number(),
    origin: z.union([z.number(), z.literal('centred')]),
    shift: z.number(),
  }),
  glyphs: count,
  training: count,
  test: count,
  /** Characters that were left out, by reason. */
  dropped: z.record(z.enum(dropReasons), z.string()),
  /** Characters whose ink reaches the edge of the picture. */
  clipped: z.string(),
});

/** What a glyph data set says about itself: the end of its file, and `manifest.json`. */
export const headerSchema = z.object({
  format: z.literal('gan-zoo glyphs 1'),
  imageSize: z.int().min(1),
  layout: z.enum(layoutNames),
  seed: z.int(),
  splitBy: z.enum(splitNames),
  testShare: z.number(),
  /** The source font first, then the styles. */
  fonts: z.array(fontSchema).min(2),
  /** All characters, as one text. */
  characters: z.string(),
  /** SHA-256 of what it was made from: options, characters and fonts. */
  recipe: z.string(),
  /** SHA-256 of pictures, advances and split, in hexadecimal. */
  fingerprint: z.string(),
});

/** See {@link headerSchema}. */
export type GlyphHeader = z.infer<typeof headerSchema>;

/** One font of a glyph data set. */
export type GlyphFont = z.infer<typeof fontSchema>;
