import type { StyleOptions } from '@dicebear/core';
import type { Options as BigSmile } from '@dicebear/big-smile';
import type { Options as Lorelei } from '@dicebear/lorelei';
import type { Options as Micah } from '@dicebear/micah';
import type { Options as Notionists } from '@dicebear/notionists';
import type { Options as OpenPeeps } from '@dicebear/open-peeps';
import type { Options as ToonHead } from '@dicebear/toon-head';
import type { Chooser } from './chooser.ts';
import {
  accentColors,
  backgroundColors,
  contrasting,
  darken,
  eyeColors,
  hairColors,
  skinColors,
} from './palette.ts';

/** Hair of Lorelei that is more skin than hair. */
const bald: NonNullable<Lorelei['hair']> = ['variant25', 'variant28', 'variant34'];

/** Eyes that carry the most ink; drawn twice as often as the others. */
const largeEyes: NonNullable<Lorelei['eyes']> = [
  'variant02',
  'variant04',
  'variant09',
  'variant10',
  'variant14',
  'variant20',
  'variant21',
  'variant23',
  'variant24',
];

/** Smaller and winking eyes; closed and pin-prick ones are left out. */
const otherEyes: NonNullable<Lorelei['eyes']> = [
  'variant05',
  'variant07',
  'variant11',
  'variant12',
  'variant15',
  'variant16',
  'variant18',
];

/** Skin first, then hair that stands out from it, then a ground that stands out from both. */
function chooseHead({ choose }: Chooser): { skin: string; hair: string; background: string } {
  const skin = choose('skin', skinColors);
  const hair = choose('hair', contrasting(hairColors, [skin]));
  const background = choose('background', contrasting(backgroundColors, [skin, hair], 40));
  return { skin, hair, background };
}

/** Coloured Lorelei: eyebrows follow the hair, nose and mouth the skin; no beards, no bald heads. */
export function loreleiOptions(chooser: Chooser): StyleOptions<Lorelei> {
  const { skin, hair, background } = chooseHead(chooser);
  const isDark = skin === skinColors.at(-1);
  const eyes = chooser.choose('eyes', eyeColors);
  return {
    hair: numbered(48).filter((name) => !bald.includes(name)),
    eyes: [...largeEyes, ...largeEyes, ...otherEyes],
    glasses: ['variant01', 'variant03', 'variant04', 'variant05'],
    glassesProbability: 8,
    beardProbability: 0,
    earringsProbability: 12,
    frecklesProbability: 8,
    hairAccessoriesProbability: 8,
    hairColor: [hair],
    skinColor: [skin],
    eyebrowsColor: [darken(hair, 0.55)],
    eyesColor: [isDark ? darken(eyes, 0.5) : eyes],
    mouthColor: [isDark ? '4d0f1c' : '94243a'],
    noseColor: [darken(skin, 0.65)],
    frecklesColor: [darken(skin, 0.4)],
    earringsColor: [chooser.choose('earrings', accentColors)],
    hairAccessoriesColor: [chooser.choose('flowers', accentColors)],
    backgroundColor: [background],
    scale: 115,
  };
}

/** Micah without beards and bald heads. */
export function micahOptions(chooser: Chooser): StyleOptions<Micah> {
  const { skin, hair, background } = chooseHead(chooser);
  return {
    hair: ['fonze', 'dannyPhantom', 'full', 'turban', 'pixie'],
    facialHairProbability: 0,
    glassesProbability: 12,
    earringsProbability: 20,
    baseColor: [skin],
    hairColor: [hair],
    shirtColor: [chooser.choose('shirt', contrasting(accentColors, [skin, hair, background]))],
    earringColor: [chooser.choose('earrings', accentColors)],
    glassesColor: ['000000'],
    backgroundColor: [background],
  };
}

/** Big Smile without what hides the face. */
export function bigSmileOptions(chooser: Chooser): StyleOptions<BigSmile> {
  const { skin, hair, background } = chooseHead(chooser);
  return {
    accessories: ['catEars', 'glasses', 'sailormoonCrown'],
    accessoriesProbability: 25,
    skinColor: [skin],
    hairColor: [hair],
    backgroundColor: [background],
  };
}

/** Notionists closer up, without beards and gestures; the drawings have no colours to set. */
export function notionistsOptions({ choose }: Chooser): StyleOptions<Notionists> {
  return {
    beardProbability: 0,
    gestureProbability: 0,
    bodyIconProbability: 25,
    backgroundColor: [choose('background', backgroundColors)],
    scale: 140,
    translateY: 12,
  };
}

/** Open Peeps with human faces only, without beards and masks; hair is drawn in black. */
export function openPeepsOptions(chooser: Chooser): StyleOptions<OpenPeeps> {
  const { skin, hair, background } = chooseHead(chooser);
  return {
    head: openPeepsHeads,
    face: openPeepsFaces,
    accessories: ['glasses', 'glasses2', 'glasses3', 'glasses4', 'glasses5'],
    accessoriesProbability: 12,
    facialHairProbability: 0,
    maskProbability: 0,
    skinColor: [skin],
    headContrastColor: [hair],
    clothingColor: [chooser.choose('clothes', contrasting(accentColors, [skin, background]))],
    backgroundColor: [background],
  };
}

/** Toon Head without beards, closer up. */
export function toonHeadOptions(chooser: Chooser): StyleOptions<ToonHead> {
  const { skin, hair, background } = chooseHead(chooser);
  return {
    beardProbability: 0,
    skinColor: [skin],
    hairColor: [hair],
    clothesColor: [chooser.choose('clothes', contrasting(accentColors, [skin, background]))],
    backgroundColor: [background],
    scale: 110,
  };
}

const openPeepsHeads: NonNullable<OpenPeeps['head']> = [
  'afro',
  'bangs',
  'bangs2',
  'bantuKnots',
  'bun',
  'bun2',
  'buns',
  'cornrows',
  'dreads1',
  'dreads2',
  'flatTop',
  'grayBun',
  'grayMedium',
  'grayShort',
  'hatBeanie',
  'hijab',
  'long',
  'longBangs',
  'longCurly',
  'medium1',
  'medium2',
  'medium3',
  'mediumBangs',
  'mediumBangs2',
  'mediumBangs3',
  'mediumStraight',
  'pomp',
  'short1',
  'short2',
  'short3',
  'short4',
  'short5',
  'turban',
  'twists',
];

const openPeepsFaces: NonNullable<OpenPeeps['face']> = [
  'awe',
  'calm',
  'cheeky',
  'concerned',
  'cute',
  'driven',
  'explaining',
  'eyesClosed',
  'lovingGrin1',
  'lovingGrin2',
  'serious',
  'smile',
  'smileBig',
  'smileLOL',
  'smileTeethGap',
  'solemn',
  'suspicious',
];

/** `variant01` … `variantNN` of Lorelei's hair. */
function numbered(count: number): NonNullable<Lorelei['hair']> {
  const names = Array.from({ length: count }, (_, i) => `variant${String(i + 1).padStart(2, '0')}`);
  return names as NonNullable<Lorelei['hair']>;
}
