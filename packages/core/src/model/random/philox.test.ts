import { describe, expect, it } from 'vitest';
import { hashName } from './hashName.ts';
import { philox4x32, type PhiloxCounter, type PhiloxKey } from './philox.ts';

/** The known-answer vectors that Random123 publishes for philox4x32 with 10 rounds. */
const published: { counter: PhiloxCounter; key: PhiloxKey; words: number[] }[] = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

describe('philox4x32', () => {
  it.each(published)('gives the published words for counter $counter', (vector) => {
    const words = new Uint32Array(4);
    philox4x32(vector.counter, vector.key, words);
    expect([...words]).toEqual(vector.words);
  });
});

describe('hashName', () => {
  it.each([
    ['', 0xcbf29ce484222325n],
    ['a', 0xaf63dc4c8601ec8cn],
    ['foobar', 0x85944171f73967e8n],
  ])('is FNV-1a of %j', (name, expected) => {
    const [low, high] = hashName(name);
    expect((BigInt(high) << 32n) | BigInt(low)).toBe(expected);
  });

  it('reads the UTF-8 bytes of other letters', () => {
    expect(hashName('é')).not.toEqual(hashName('e'));
    expect(hashName('字')).not.toEqual(hashName('学'));
  });
});
