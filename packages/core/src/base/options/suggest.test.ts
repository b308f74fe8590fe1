import { describe, expect, it } from 'vitest';

import { closest, didYouMean } from './suggest.ts';

describe('closest', () => {
  const keys = ['learningRate', 'latentDim', 'batchSize', 'epochs'];

  it.each([
    ['learnigRate', 'learningRate'],
    ['learning-rate', 'learningRate'],
    ['batchsize', 'batchSize'],
    ['latnetDim', 'latentDim'],
    ['epoch', 'epochs'],
  ])('reads %s as %s', (word, key) => expect(closest(word, keys)).toBe(key));

  it('finds nothing for words that are not close', () => {
    expect(closest('dropout', keys)).toBeUndefined();
    expect(closest('lr', keys)).toBeUndefined();
    expect(closest('', keys)).toBeUndefined();
  });

  it('counts a swap of neighbours as one edit', () => {
    expect(closest('ab', ['ba', 'xy'])).toBeUndefined();
    expect(closest('amd', ['adm'])).toBe('adm');
    expect(closest('cba', ['abc'])).toBeUndefined();
  });

  it('prefers the nearest', () => expect(closest('small', ['smell', 'small2'])).toBe('smell'));
});

describe('didYouMean', () => {
  it('is a sentence, or nothing', () => {
    expect(didYouMean('smal', ['small', 'published'])).toBe(' Did you mean "small"?');
    expect(didYouMean('huge', ['small', 'published'])).toBe('');
  });
});
