import { createAvatar, type Style, type StyleOptions } from '@dicebear/core';
import type { Options as BigSmile } from '@dicebear/big-smile';
import type { Options as Lorelei } from '@dicebear/lorelei';
import type { Options as Micah } from '@dicebear/micah';
import type { Options as Notionists } from '@dicebear/notionists';
import type { Options as OpenPeeps } from '@dicebear/open-peeps';
import type { Options as ToonHead } from '@dicebear/toon-head';
import type { Chooser } from './chooser.ts';
import {
  bigSmileOptions,
  loreleiOptions,
  micahOptions,
  notionistsOptions,
  openPeepsOptions,
  toonHeadOptions,
} from './styleOptions.ts';

/** Names that `--style` takes. */
export type AvatarStyleName =
  'lorelei' | 'micah' | 'big-smile' | 'notionists' | 'open-peeps' | 'toon-head';

/** Who drew a style and on what terms its pictures may be used. */
export interface AvatarStyleCredit {
  /** Name that the designer gave the drawings. */
  readonly title: string;
  /** Designer of the drawings. */
  readonly author: string;
  /** Page of the designer. */
  readonly authorUrl: string;
  /** Page of the original drawings. */
  readonly source: string;
  /** SPDX name of the licence of the drawings, and so of the avatars. */
  readonly licence: 'CC0-1.0' | 'CC-BY-4.0';
  /** npm package that carries the drawings; its code is MIT, © Florian Körner. */
  readonly packageName: `@dicebear/${string}`;
}

/** One style of avatars. */
export interface AvatarStyle extends AvatarStyleCredit {
  readonly name: AvatarStyleName;
  /** One sentence for `--help`. */
  readonly summary: string;
  /** Loads the drawings and returns the function that makes the SVG text of an avatar. */
  loadDrawing(): Promise<(chooser: Chooser, imageSize: number) => string>;
}

/** Address of each licence's text. */
export const licenceUrls = {
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
} as const;

/** Styles whose drawings may be copied, changed and published, by name. */
export const avatarStyles: { readonly [Name in AvatarStyleName]: AvatarStyle } = {
  lorelei: {
    name: 'lorelei',
    summary: 'anime-like heads with coloured hair, eyes and skin',
    title: 'Lorelei',
    author: 'Lisa Wischofsky',
    authorUrl: 'https://www.instagram.com/lischi_art/',
    source: 'https://www.figma.com/community/file/1198749693280469639',
    licence: 'CC0-1.0',
    packageName: '@dicebear/lorelei',
    loadDrawing: async () => drawingOf<Lorelei>(await import('@dicebear/lorelei'), loreleiOptions),
  },
  micah: {
    name: 'micah',
    summary: 'flat heads and shoulders with coloured hair and shirts',
    title: 'Avatar Illustration System',
    author: 'Micah Lanier',
    authorUrl: 'https://dribbble.com/micahlanier',
    source: 'https://www.figma.com/community/file/829741575478342595',
    licence: 'CC-BY-4.0',
    packageName: '@dicebear/micah',
    loadDrawing: async () => drawingOf<Micah>(await import('@dicebear/micah'), micahOptions),
  },
  'big-smile': {
    name: 'big-smile',
    summary: 'round cartoon heads with large mouths',
    title: 'Custom Avatar',
    author: 'Ashley Seo',
    authorUrl: 'http://www.ashleyseo.com/',
    source: 'https://www.figma.com/community/file/881358461963645496',
    licence: 'CC-BY-4.0',
    packageName: '@dicebear/big-smile',
    loadDrawing: async () =>
      drawingOf<BigSmile>(await import('@dicebear/big-smile'), bigSmileOptions),
  },
  notionists: {
    name: 'notionists',
    summary: 'black and white sketches on a pastel ground',
    title: 'Notionists',
    author: 'Zoish',
    authorUrl: 'https://bio.link/heyzoish',
    source: 'https://heyzoish.gumroad.com/l/notionists',
    licence: 'CC0-1.0',
    packageName: '@dicebear/notionists',
    loadDrawing: async () =>
      drawingOf<Notionists>(await import('@dicebear/notionists'), notionistsOptions),
  },
  'open-peeps': {
    name: 'open-peeps',
    summary: 'hand-drawn heads with black hair and coloured clothes',
    title: 'Open Peeps',
    author: 'Pablo Stanley',
    authorUrl: 'https://twitter.com/pablostanley',
    source: 'https://www.openpeeps.com/',
    licence: 'CC0-1.0',
    packageName: '@dicebear/open-peeps',
    loadDrawing: async () =>
      drawingOf<OpenPeeps>(await import('@dicebear/open-peeps'), openPeepsOptions),
  },
  'toon-head': {
    name: 'toon-head',
    summary: 'flat cartoon heads seen from the front',
    title: 'ToonHead',
    author: 'Johan Melin',
    authorUrl: 'https://www.johanmelin.com',
    source: 'https://www.figma.com/community/file/1589627891082866389',
    licence: 'CC-BY-4.0',
    packageName: '@dicebear/toon-head',
    loadDrawing: async () =>
      drawingOf<ToonHead>(await import('@dicebear/toon-head'), toonHeadOptions),
  },
};

/** Whether a text names a style. */
export function isAvatarStyleName(name: string): name is AvatarStyleName {
  return Object.hasOwn(avatarStyles, name);
}

/**
 * One line that credits the designer of a style, to stand wherever its avatars are published.
 * CC0 asks for no credit; CC BY 4.0 does, and for a note that the drawings were changed.
 *
 * @param style a member of {@link avatarStyles}
 */
export function avatarCredit(style: AvatarStyleCredit): string {
  return (
    `"${style.title}" (${style.source}) by ${style.author} (${style.authorUrl}), ` +
    `${style.licence} (${licenceUrls[style.licence]}); recoloured and rasterised.`
  );
}

/** Credits of every style, one line each, ready for a README or a LICENSES file. */
export const avatarLicences: string = Object.values(avatarStyles)
  .map((style) => `- \`${style.name}\`: ${avatarCredit(style)}`)
  .join('\n');

function drawingOf<Options extends object>(
  style: Style<Options>,
  optionsOf: (chooser: Chooser) => StyleOptions<Options>,
): (chooser: Chooser, imageSize: number) => string {
  return (chooser, imageSize) =>
    createAvatar(style, {
      ...optionsOf(chooser),
      seed: chooser.seed,
      size: imageSize,
    }).toString();
}
