import { flattenTree, type HostTensor } from '@gan-zoo/compiler';
import { createRandom, type GivenNetworks } from '@gan-zoo/core';
import { expect, it } from 'vitest';
import { configSchema } from '../configSchema.ts';
import { fontStyle } from '../definition.ts';
import { methods } from '../methods/index.ts';
import { settingsOf } from '../settings.ts';
import { beginStyles } from './beginStyles.ts';

const config = settingsOf(
  configSchema.parse({
    ...{ ...fontStyle.tinyConfig, imageSize: 16, filters: 1 },
    ...{ norm: 'conditional', embedding: 'learned' },
  }),
);

it('begins as the mean of other styles wherever styles are told apart, and changes nothing else', () => {
  const { generator, discriminator } = fontStyle.initState(
    config,
    createRandom(1),
  ) as unknown as Record<'generator' | 'discriminator', NonNullable<GivenNetworks[string]>>;
  const before = { generator, discriminator };
  const copy = structuredClone(before);
  const after = beginStyles(methods.zi2zi.styles.tables!(config), before, {
    slots: [3],
    from: [0, 2],
  });
  expect(before).toEqual(copy);
  const latest = new Map(
    flattenTree<HostTensor>(after as never).map(({ path, leaf }) => [path, leaf]),
  );
  const changed: string[] = [];
  for (const { path, leaf } of flattenTree<HostTensor>(before as never)) {
    const { data } = latest.get(path)!;
    const isTable = /embedding\.weight|decoder\..*norm|params\/style\./.test(path);
    if (isTable) {
      changed.push(path);
      const width = leaf.data.length / 4;
      const row = (from: HostTensor['data'], at: number) =>
        Array.from(from.slice(at * width, (at + 1) * width));
      const [first, second] = [row(leaf.data, 0), row(leaf.data, 2)];
      const mean = first.map((value, column) => Math.fround((value + second[column]!) / 2));
      expect(row(data, 3), path).toEqual(mean);
      for (const other of [0, 1, 2]) expect(row(data, other)).toEqual(row(leaf.data, other));
    } else expect(data, path).toEqual(leaf.data);
  }
  expect(changed).toContain('generator/params/embedding.weight');
  expect(changed.filter((path) => path.includes('norm'))).toHaveLength(6);
  expect(changed.filter((path) => path.includes('style.'))).toHaveLength(2);
});
