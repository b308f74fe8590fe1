import { cpus } from 'node:os';
import { charset, drawFont, placeFont } from '@gan-zoo/fonts';
import { findPackagedFonts, fontSets, openChoice } from './prepare/index.ts';

/** Characters drawn with every font. */
const count = 1000;
const imageSize = 96;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
print(
  `${count} characters at ${imageSize} px, outlines read from the fonts; one of ${cpus().length} threads`,
);

const every = charset('gb2312-level1');
const characters = every.slice(0, count);
const { source, targets } = fontSets['chinese-small'];
for (const choice of await findPackagedFonts([source, ...targets])) {
  const font = await openChoice(choice);
  // Placing the font looks at others than those whose drawing is timed.
  const others = every.slice(count, 2 * count).map((character) => character.codePointAt(0)!);
  const placement = placeFont(font, 'em', others, imageSize);
  const before = process.cpuUsage();
  const { drawn, seconds } = await drawFont(font, characters, { placement, pack: () => undefined });
  const { user, system } = process.cpuUsage(before);
  print(
    `${choice.name.padEnd(22)} ${Math.round(drawn / seconds)} glyphs/s, ` +
      `${Math.round(drawn / ((user + system) / 1e6))} per second of processor time`,
  );
}
