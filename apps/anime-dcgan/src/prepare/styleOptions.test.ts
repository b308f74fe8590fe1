import * as bigSmile from '@dicebear/big-smile';
import { createAvatar, type Style, type StyleOptions } from '@dicebear/core';
import * as lorelei from '@dicebear/lorelei';
import * as micah from '@dicebear/micah';
import * as notionists from '@dicebear/notionists';
import * as openPeeps from '@dicebear/open-peeps';
import * as toonHead from '@dicebear/toon-head';
import { describe, expect, it } from 'vitest';
import { createChooser, type Chooser } from './chooser.ts';
import { backgroundColors, eyeColors, hairColors, skinColors } from './palette.ts';
import {
  bigSmileOptions,
  loreleiOptions,
  micahOptions,
  notionistsOptions,
  openPeepsOptions,
  toonHeadOptions,
} from './styleOptions.ts';

type Picks = Record<string, unknown>;

/** What DiceBear picked for the first avatars of a style, with its schema beside it. */
function picksOf<Options extends object>(
  style: Style<Options>,
  optionsOf: (chooser: Chooser) => StyleOptions<Options>,
  count = 400,
): Picks[] {
  return Array.from({ length: count }, (_, i) => {
    const chooser = createChooser(`test/${i}`);
    const options = { ...optionsOf(chooser), seed: chooser.seed };
    return createAvatar(style, options).toJson().extra;
  });
}

const cases = [
  { name: 'lorelei', ...caseOf(lorelei, loreleiOptions), beard: 'beard' },
  { name: 'micah', ...caseOf(micah, micahOptions), beard: 'facialHair' },
  { name: 'notionists', ...caseOf(notionists, notionistsOptions), beard: 'beard' },
  { name: 'open-peeps', ...caseOf(openPeeps, openPeepsOptions), beard: 'facialHair' },
  { name: 'toon-head', ...caseOf(toonHead, toonHeadOptions), beard: 'beard' },
];

function caseOf<Options extends object>(
  style: Style<Options>,
  optionsOf: (chooser: Chooser) => StyleOptions<Options>,
) {
  return {
    schema: style.schema?.properties ?? {},
    picks: () => picksOf(style, optionsOf),
    plainPicks: () => picksOf(style, () => ({})),
    options: optionsOf(createChooser('test/0')) as Record<string, unknown>,
  };
}

describe.each(cases)('$name', ({ picks, plainPicks, beard }) => {
  it('draws no beards, which the style has by default', () => {
    expect(picks().filter((picked) => picked[beard] !== undefined)).toEqual([]);
    expect(plainPicks().some((picked) => picked[beard] !== undefined)).toBe(true);
  });
});

describe.each([...cases, { name: 'big-smile', ...caseOf(bigSmile, bigSmileOptions) }])(
  'options of $name',
  ({ schema, options }) => {
    it('are known to the style', () => {
      const common = ['backgroundColor', 'scale', 'translateY'];
      for (const [key, value] of Object.entries(options)) {
        if (common.includes(key)) continue;
        const property = schema[key];
        if (typeof property !== 'object') throw new Error(`${key} is not an option`);
        const items = property.items as { enum?: string[] } | undefined;
        if (items?.enum) expect(items.enum).toEqual(expect.arrayContaining(value as string[]));
      }
    });
  },
);

describe('bigSmileOptions', () => {
  it('leaves out what hides the face', () => {
    const accessories = new Set(picksOf(bigSmile, bigSmileOptions).map((p) => p.accessories));
    expect(accessories).toEqual(new Set([undefined, 'catEars', 'glasses', 'sailormoonCrown']));
  });
});

describe('loreleiOptions', () => {
  const picks = picksOf(lorelei, loreleiOptions, 1500);
  const values = (key: string) => new Set(picks.map((picked) => picked[key]));
  const css = (palette: readonly string[]) => new Set(palette.map((color) => `#${color}`));

  it('uses all hair, skin and background colours', () => {
    expect(values('hairColor')).toEqual(css(hairColors));
    expect(values('skinColor')).toEqual(css(skinColors));
    expect(values('primaryBackgroundColor')).toEqual(css(backgroundColors));
  });

  it('uses all eye colours, darker on the darkest skin', () => {
    expect(values('eyesColor')).toEqual(expect.objectContaining({ size: 2 * eyeColors.length }));
    const onLight = picks.filter((picked) => picked.skinColor === `#${skinColors[0]}`);
    expect(new Set(onLight.map((picked) => picked.eyesColor))).toEqual(css(eyeColors));
  });

  it('uses all hair but the bald heads', () => {
    expect(values('hair').size).toBe(45);
    for (const bald of ['variant25', 'variant28', 'variant34']) {
      expect(values('hair')).not.toContain(bald);
    }
  });

  it('draws eyebrows in a darker shade of the hair', () => {
    const browsByHair = new Map(picks.map((picked) => [picked.hairColor, picked.eyebrowsColor]));
    expect(browsByHair.get('#3f6fe0')).toBe('#1c3265');
    expect(new Set(browsByHair.values()).size).toBe(hairColors.length);
  });
});
