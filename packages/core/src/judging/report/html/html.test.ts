import { describe, expect, it } from 'vitest';
import { html, scriptJson, trustedHtml } from './html.ts';
import { nameInWords, numberText, timeText } from '../../../base/console/numberText.ts';
import { pickFrames } from './pickFrames.ts';

describe('html', () => {
  it('escapes all but what it made itself', () => {
    const evil = `<b title="x" alt='y'>&`;
    const escaped = '&lt;b title=&quot;x&quot; alt=&#39;y&#39;&gt;&amp;';
    expect(html`<p title="${evil}">${evil}</p>`.safeHtml).toBe(
      `<p title="${escaped}">${escaped}</p>`,
    );
    const list = [1, 2].map((value) => html`<li>${value}</li>`);
    const more = html`${list}${undefined}${false}${trustedHtml('<hr>')}`;
    expect(more.safeHtml).toBe('<li>1</li><li>2</li><hr>');
  });

  it('does not let JSON end its element', () => {
    const { safeHtml } = scriptJson({ text: '</script><!--' });
    expect(safeHtml).toBe('{"text":"\\u003c/script>\\u003c!--"}');
    expect(JSON.parse(safeHtml)).toEqual({ text: '</script><!--' });
  });
});

describe('numberText', () => {
  it.each([
    [0, '0'],
    [1635.4, '1,635'],
    [0.423_149, '0.4231'],
    [-12.345_67, '-12.35'],
    [1.23e-7, '1.2e-7'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('writes %d as %s', (value, text) => expect(numberText(value)).toBe(text));
});

describe('nameInWords', () => {
  it.each([
    ['discriminatorLoss', 'discriminator loss'],
    ['generatorAtoBLoss', 'generator A to B loss'],
    ['discriminatorALoss', 'discriminator A loss'],
    ['cycleLossB', 'cycle loss B'],
    ['kid/fakeImages', 'kid/fake images'],
    ['Loss2x', 'loss2x'],
  ])('writes %s as %s', (name, text) => expect(nameInWords(name)).toBe(text));
});

it('timeText is in UTC', () => {
  expect(timeText(new Date(Date.UTC(2030, 0, 31, 23, 59, 59)))).toBe('2030-01-31 23:59 UTC');
});

describe('pickFrames', () => {
  it.each([
    [0, 4, []],
    [1, 4, [0]],
    [4, 4, [0, 1, 2, 3]],
    [5, 4, [0, 2, 4]],
    [6, 4, [0, 2, 4, 5]],
    [7, 4, [0, 4, 6]],
    [100, 2, [0, 99]],
  ])('of %d with limit %d', (count, limit, expected) => {
    expect(pickFrames(count, limit)).toEqual(expected);
  });

  it('keeps to its limit, and to what it chose until the series has doubled', () => {
    for (let count = 1; count < 300; count++) {
      const picked = pickFrames(count, 32);
      expect(picked.length).toBeLessThanOrEqual(32);
      expect(picked.length).toBeGreaterThanOrEqual(Math.min(count, 16));
      const kept = picked
        .slice(0, -1)
        .filter((index) => !pickFrames(count + 1, 32).includes(index));
      expect(kept.length === 0 || [32, 62, 124, 248].includes(count)).toBe(true);
    }
  });
});
