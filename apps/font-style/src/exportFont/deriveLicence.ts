import { UsageError, UserError } from '@gan-zoo/core';
import type { GlyphFont } from '../glyphData/index.ts';

/** What a font says of its rights. */
export type LicensedFont = Pick<GlyphFont, 'name' | 'licence'>;

/** What a font made from others has to say. */
export interface DerivedLicence {
  /** `OFL-1.1`, `Apache-2.0`, or what the user says. */
  readonly name: string;
  /** For the font's field of that name. */
  readonly text: string;
  readonly url: string;
  /** Notices of the fonts that it was made from; they have to stay. */
  readonly copyright: string;
  /** Names that must not be a part of the new font's, declared by the fonts. */
  readonly reservedNames: readonly string[];
  /** What the user should know or do. */
  readonly warnings: readonly string[];
}

const known = {
  'OFL-1.1': {
    text:
      'This Font Software is licensed under the SIL Open Font License, Version 1.1. This license ' +
      'is available with a FAQ at: https://openfontlicense.org',
    url: 'https://openfontlicense.org',
  },
  'Apache-2.0': {
    text: 'Licensed under the Apache License, Version 2.0',
    url: 'https://www.apache.org/licenses/LICENSE-2.0',
  },
} as const;

type KnownLicence = keyof typeof known;

/**
 * The licence of a font made from others: that of these. What derives from a font under the Open
 * Font License (OFL) stays under it and must not use a Reserved Font Name.
 *
 * @param fonts the source font, and the fonts whose style it has
 * @param wanted the user's own choice; default: what the fonts allow
 * @throws UsageError when the choice is not what the fonts allow
 * @throws UserError when a font's licence is not known and the user does not say one
 */
export function deriveLicence(fonts: readonly LicensedFont[], wanted?: string): DerivedLicence {
  const licences = fonts.map(licenceOf);
  const warnings = fonts.flatMap((font, at) => contradictionOf(font, licences[at]));
  const unknown = fonts.filter((_, at) => licences[at] === undefined);
  const openFonts = fonts.filter((_, at) => licences[at] === 'OFL-1.1').map(({ name }) => name);
  if (wanted !== undefined && openFonts.length > 0 && !isOpenFontLicence(wanted)) {
    throw new UsageError(
      `--licence: expected OFL-1.1, the licence of ${openFonts.join(' and ')}, since what derives ` +
        `from such fonts stays under it, received "${wanted}". Leave the option out.`,
    );
  }
  if (unknown.length > 0) {
    const names = unknown.map(({ name }) => name).join(', ');
    if (wanted === undefined) throw unknownLicence(names);
    warnings.push(`The licence of ${names} is not known: make sure that it allows ${wanted}.`);
  }
  if (licences.includes('Apache-2.0')) {
    warnings.push('Keep the notices of the fonts under the Apache License beside the new font.');
  }
  const name = openFonts.length > 0 ? 'OFL-1.1' : (wanted ?? 'Apache-2.0');
  return {
    ...{ name, ...(known[name as KnownLicence] ?? { text: name, url: '' }), warnings },
    copyright: copyrightOf(fonts),
    reservedNames: [...new Set(fonts.flatMap(({ licence }) => reservedNamesOf(licence.copyright)))],
  };
}

const isOpenFontLicence = (text: string): boolean => /\bOFL\b|open font licen[sc]e/i.test(text);

/** What a font's own words say, or else its data set. */
function licenceOf({ licence }: LicensedFont): KnownLicence | undefined {
  return namedIn(ownWords(licence)) ?? namedIn(licence.name ?? '');
}

const ownWords = ({ text, url, copyright }: LicensedFont['licence']): string =>
  [text, url, copyright].join('\n');

function namedIn(words: string): KnownLicence | undefined {
  if (isOpenFontLicence(words) || /openfontlicense\.org|sil\.org\/OFL/i.test(words)) {
    return 'OFL-1.1';
  }
  return /apache/i.test(words) ? 'Apache-2.0' : undefined;
}

function contradictionOf(
  { name, licence }: LicensedFont,
  taken: KnownLicence | undefined,
): readonly string[] {
  const said = namedIn(licence.name ?? '');
  if (said === undefined || said === taken) return [];
  return [`${name}: the data set says ${said}, the font itself ${taken}; taken is ${taken}.`];
}

function unknownLicence(names: string): UserError {
  return new UserError(
    `export-font: expected fonts whose licence is known, received ${names}, whose names neither ` +
      'the OFL nor the Apache License appear in. If you may make a font from it, say under which ' +
      'licence with --licence.',
  );
}

function copyrightOf(fonts: readonly LicensedFont[]): string {
  const notices = fonts.map(({ name, licence }) =>
    licence.copyright === '' ? name : `${name} (${licence.copyright})`,
  );
  return `Drawn by a network after ${[...new Set(notices)].join(' and ')}`;
}

/**
 * Names that a copyright notice reserves: `with Reserved Font Names "Gochi" and "Gochi Hand"`, or
 * without quotation marks.
 */
export function reservedNamesOf(copyright: string): readonly string[] {
  const [, clause] = /reserved font names?:?\s+(.*)/is.exec(copyright) ?? [];
  if (clause === undefined) return [];
  const quoted = [...clause.matchAll(/["'“”‘’]([^"'“”‘’]+)["'“”‘’]/g)].map(([, name]) => name!);
  const names = quoted.length > 0 ? quoted : clause.split(/[.;(]/)[0]!.split(/,|\band\b/);
  return names.map((name) => name.trim()).filter(Boolean);
}

/** The reserved names that stand in a family's name as words of it. */
export function reservedIn(family: string, reservedNames: readonly string[]): readonly string[] {
  const words = (text: string): string =>
    ` ${text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `;
  return reservedNames.filter((name) => words(family).includes(words(name)));
}
