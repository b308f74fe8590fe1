import { describe, expect, it } from 'vitest';
import { exportNames } from './exportNames.ts';
import { deriveLicence, reservedIn, reservedNamesOf, type LicensedFont } from './deriveLicence.ts';

const font = (name: string, licence: Partial<LicensedFont['licence']>): LicensedFont => ({
  name,
  licence: { text: '', url: '', copyright: '', files: [], ...licence },
});
const open = font('Source', {
  url: 'http://scripts.sil.org/OFL',
  copyright: "(c) Adobe, with Reserved Font Name 'Source'.",
});
const named = font('Brush', { name: 'OFL-1.1', copyright: 'Copyright 2018 Brush Authors' });
const apache = font('Marker', { url: 'http://www.apache.org/licenses/LICENSE-2.0' });
const own = font('Mine', { text: 'All rights reserved' });

describe('deriveLicence', () => {
  it('keeps the OFL, the notices and the reserved names', () => {
    expect(deriveLicence([open, named])).toEqual({
      name: 'OFL-1.1',
      text:
        'This Font Software is licensed under the SIL Open Font License, Version 1.1. This license ' +
        'is available with a FAQ at: https://openfontlicense.org',
      url: 'https://openfontlicense.org',
      copyright:
        "Drawn by a network after Source ((c) Adobe, with Reserved Font Name 'Source'.) and " +
        'Brush (Copyright 2018 Brush Authors)',
      reservedNames: ['Source'],
      warnings: [],
    });
    expect(deriveLicence([apache, named]).name).toBe('OFL-1.1');
    expect(deriveLicence([apache]).name).toBe('Apache-2.0');
  });

  it('refuses another licence than the OFL, and none where it is not known', () => {
    expect(() => deriveLicence([open, named], 'MIT')).toThrow(
      '--licence: expected OFL-1.1, the licence of Source and Brush, since what derives from such ' +
        'fonts stays under it, received "MIT". Leave the option out.',
    );
    expect(() => deriveLicence([own])).toThrow('received Mine, whose names neither the OFL nor');
    const chosen = deriveLicence([own], 'CC0-1.0');
    expect([chosen.name, chosen.text, chosen.url]).toEqual(['CC0-1.0', 'CC0-1.0', '']);
    expect(chosen.warnings).toEqual([
      'The licence of Mine is not known: make sure that it allows CC0-1.0.',
    ]);
  });

  it('believes a font more than the data set', () => {
    const wrong = font('Marker', { ...apache.licence, name: 'OFL-1.1' });
    const { name, warnings } = deriveLicence([wrong]);
    expect(name).toBe('Apache-2.0');
    expect(warnings[0]).toBe(
      'Marker: the data set says OFL-1.1, the font itself Apache-2.0; taken is Apache-2.0.',
    );
  });
});

describe('reserved font names', () => {
  it('are read off notices', () => {
    expect(reservedNamesOf('(c) X, with Reserved Font Names "Gochi" and "Gochi Hand"')).toEqual([
      ...['Gochi', 'Gochi Hand'],
    ]);
    expect(reservedNamesOf('(c) X with Reserved Font Name Handlee.')).toEqual(['Handlee']);
    expect(reservedNamesOf('(c) X. All rights reserved.')).toEqual([]);
  });

  it('are found as words of a name', () => {
    expect(reservedIn('My gochi-hand', ['Gochi Hand', 'Source'])).toEqual(['Gochi Hand']);
    expect(reservedIn('Resource Sans', ['Source'])).toEqual([]);
  });
});

describe('exportNames', () => {
  const licence = deriveLicence([open, named]);
  const names = (more: object) =>
    exportNames({
      licence,
      number: 2,
      styleName: 'Ma Shan Zheng Regular',
      description: '',
      ...more,
    });

  it('are those of the style, without reserved ones', () => {
    expect(names({ copyright: '© Me' })).toMatchObject({
      family: 'Ma Shan Zheng GAN',
      license: licence.text,
      copyright: `© Me. ${licence.copyright}`,
    });
    expect(names({ styleName: 'Source Brush Regular' }).family).toBe('GAN Style 2');
    expect(names({ styleName: '得意黑' }).family).toBe('GAN Style 2');
  });

  it('refuse reserved ones', () => {
    expect(() => names({ family: 'Open Source' })).toThrow(
      '--family: expected a name without "Source", which the font that this one is made from ' +
        'reserves (Reserved Font Name of the OFL), received "Open Source". Choose another name.',
    );
  });
});
