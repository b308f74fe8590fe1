import { UsageError } from '@gan-zoo/core';
import type { ExportNames } from '@gan-zoo/fonts';
import { reservedIn, type DerivedLicence } from './deriveLicence.ts';

/** What the user says of a font, and what is known of it. */
export interface ExportNamesOptions {
  /** Name of the family; default: the style's name and `GAN`, or `GAN Style <id>`. */
  readonly family?: string | undefined;
  readonly author?: string | undefined;
  /** A notice of the user's own; those of the fonts it was made from stay behind it. */
  readonly copyright?: string | undefined;
  /** The style's font, such as `Ma Shan Zheng Regular`; undefined for a style of no font. */
  readonly styleName?: string | undefined;
  /** Number of the style, for names that have none of their own. */
  readonly number: number;
  readonly licence: DerivedLicence;
  /** How it was made. */
  readonly description: string;
}

/** Longest name of a family. */
const longestName = 31;

/**
 * The names of a font that a network drew.
 *
 * @throws UsageError for a family with a Reserved Font Name in it
 */
export function exportNames(options: ExportNamesOptions): ExportNames {
  const { licence, copyright, author, description } = options;
  const family = options.family ?? defaultFamily(options);
  const [reserved] = reservedIn(family, licence.reservedNames);
  if (reserved !== undefined) {
    throw new UsageError(
      `--family: expected a name without "${reserved}", which the font that this one is made from ` +
        `reserves (Reserved Font Name of the OFL), received "${family}". Choose another name.`,
    );
  }
  const notices = [copyright, licence.copyright].filter((notice) => notice !== undefined);
  return {
    ...{ family, description, license: licence.text, licenseUrl: licence.url || undefined },
    ...{ designer: author, copyright: notices.join('. ') },
  };
}

function defaultFamily({ styleName = '', number, licence }: ExportNamesOptions): string {
  const own = `${styleName.replace(/ Regular$/, '')} GAN`;
  const fits = /^\w[\x20-\x7e]*$/.test(own) && own.length <= longestName;
  return fits && reservedIn(own, licence.reservedNames).length === 0 ? own : `GAN Style ${number}`;
}
