import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { StyleMeta } from '@dicebear/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  avatarCredit,
  avatarLicences,
  avatarStyles,
  isAvatarStyleName,
  licenceUrls,
} from './avatarStyles.ts';
import { createAvatarDrawing } from './drawAvatar.ts';

describe.each(Object.values(avatarStyles))('$name', (style) => {
  it('states the licence that its package states', async () => {
    const { meta } = (await import(style.packageName)) as { meta: StyleMeta };
    expect(style).toMatchObject({
      title: meta.title,
      author: meta.creator,
      authorUrl: meta.homepage,
      source: meta.source,
    });
    expect(meta.license?.url).toBe(licenceUrls[style.licence]);
    const entry = createRequire(import.meta.url).resolve(style.packageName);
    const text = readFileSync(join(dirname(entry), '..', 'LICENSE'), 'utf8');
    expect(text).toContain(licenceUrls[style.licence]);
    expect(text).toContain(style.source);
    expect(text).toMatch(/MIT License\n\nCopyright \(c\) \d{4} Florian Körner/);
  });

  it('draws pictures that differ, in colour and with contrast, at 64 px', async () => {
    const draw = await createAvatarDrawing(style.name, 3, 64);
    const pictures = await Promise.all([0, 1, 2, 3].map(draw));
    expect(new Set(pictures.map((png) => png.toString('base64'))).size).toBe(4);
    for (const png of pictures) {
      const { width, height, channels, hasAlpha, format } = await sharp(png).metadata();
      const expected = { width: 64, height: 64, channels: 3, hasAlpha: false, format: 'png' };
      expect({ width, height, channels, hasAlpha, format }).toEqual(expected);
      const stats = await sharp(png).stats();
      for (const channel of stats.channels) expect(channel.stdev).toBeGreaterThan(12);
      expect(stats.entropy).toBeGreaterThan(2);
    }
  });

  it('draws a picture whatever was drawn before', async () => {
    const draw = await createAvatarDrawing(style.name, 3, 64);
    const after = (await Promise.all([9, 4, 5].map(draw)))[2];
    const fresh = await (await createAvatarDrawing(style.name, 3, 64))(5);
    expect(after?.equals(fresh)).toBe(true);
  });
});

describe('createAvatarDrawing', () => {
  it('depends on the seed', async () => {
    const [a, b] = await Promise.all(
      [1, 2].map(async (seed) => (await createAvatarDrawing('lorelei', seed, 32))(0)),
    );
    expect(a?.equals(b ?? Buffer.of())).toBe(false);
  });
});

describe('avatarCredit', () => {
  it('names title, source, author, licence and change', () => {
    expect(avatarCredit(avatarStyles['toon-head'])).toBe(
      '"ToonHead" (https://www.figma.com/community/file/1589627891082866389) by Johan Melin ' +
        '(https://www.johanmelin.com), CC-BY-4.0 ' +
        '(https://creativecommons.org/licenses/by/4.0/); recoloured and rasterised.',
    );
  });

  it('stands once for each style in the list', () => {
    const lines = avatarLicences.split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe(`- \`lorelei\`: ${avatarCredit(avatarStyles.lorelei)}`);
  });
});

describe('isAvatarStyleName', () => {
  it('knows the styles only', () => {
    expect(isAvatarStyleName('open-peeps')).toBe(true);
    expect(isAvatarStyleName('toString')).toBe(false);
  });
});
