import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@gan-zoo/core';
import { listFontFiles } from '@gan-zoo/fonts';
import type { FontChoice } from './fontChoice.ts';
import type { PackagedFont } from './fontSets.ts';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Finds fonts of npm packages where they are installed.
 *
 * @param folder where the search for `node_modules` begins, upwards; default this app
 * @throws UserError with the one command that installs what is missing
 */
export async function findPackagedFonts(
  fonts: readonly PackagedFont[],
  folder: string = here,
): Promise<readonly FontChoice[]> {
  const missing = fonts.filter((font) => packageFolder(font.package, folder) === undefined);
  if (missing.length > 0) {
    const specs = missing.map((font) => `${font.package}@${font.version}`);
    throw new UserError(
      `prepare: expected the packages of ${fonts.length} fonts, received ` +
        `${fonts.length - missing.length} of them. Install the rest with this command, ` +
        `then start again:\n\n  npm install --no-save ${specs.join(' ')}\n`,
    );
  }
  return Promise.all(fonts.map((font) => choiceOf(font, packageFolder(font.package, folder)!)));
}

function packageFolder(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

async function choiceOf(font: PackagedFont, folder: string): Promise<FontChoice> {
  const paths = (await listFontFiles(folder)).filter((path) => font.files.test(path));
  if (paths.length === 0) {
    throw new UserError(
      `prepare: expected files of ${font.name} in ${folder}, received none that match. ` +
        `Install it anew: npm install --no-save ${font.package}@${font.version}`,
    );
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const { variation } = font;
  return {
    id: font.id,
    name: font.name,
    origin: `${font.package}@${version}`,
    licence: font.licence,
    licenceFiles: (await readdir(folder)).filter((name) => /^licen[cs]e/i.test(name)).sort(),
    ...{ paths, drawnAs: { variation } },
  };
}
