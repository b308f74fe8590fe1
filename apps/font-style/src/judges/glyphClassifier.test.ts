import { createRuntime, type Runtime } from '@gan-zoo/compiler';
import { drawn } from '@gan-zoo/fonts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classifierAccuracy, trainGlyphClassifier } from './glyphClassifier.ts';

/** Ten strokes of each style: lying, standing and thin, at different places. */
function pictures(offset: number) {
  const styles = [
    ...[[60, 8] as const, [8, 60] as const, [60, 2] as const], // prettier-ignore
  ].flatMap(([width, height], style) =>
    Array.from({ length: 10 }, (_, place) => ({
      style,
      pixels: drawn((context) =>
        context.fillRect(3 * place + offset, 3 * place + 2, width, height),
      ),
    })),
  );
  const bytes = new Uint8Array(styles.length * 96 * 96);
  for (const [at, { pixels }] of styles.entries()) bytes.set(pixels, at * 96 * 96);
  return { name: 'judge', pictures: bytes, labels: styles.map(({ style }) => style) };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

describe('trainGlyphClassifier', () => {
  it('learns to tell glyphs apart', async () => {
    const steps: number[] = [];
    const judge = await trainGlyphClassifier({
      ...{ ...pictures(1), imageSize: 96, seed: 1, steps: 25, batchSize: 10, runtime },
      onProgress: (step) => steps.push(step),
    });
    expect(steps).toHaveLength(25);
    const unseen = pictures(4);
    expect(await classifierAccuracy(judge, unseen.pictures, unseen.labels)).toBeGreaterThan(0.9);
    const turned = unseen.labels.map((style) => (style + 1) % 3);
    expect(await classifierAccuracy(judge, unseen.pictures, turned)).toBeLessThan(0.1);
    await judge.close();
  });

  it('refuses what nothing can be learned from', async () => {
    const own = pictures(1);
    const train = (options: object) =>
      trainGlyphClassifier({ ...own, imageSize: 96, seed: 1, runtime, ...options });
    await expect(train({})).rejects.toThrow(
      'judge: expected at least 64 pictures of 96×96 px with two or more labels, each with its own, ' +
        'received 30 pictures, 30 numbers and 3 labels.',
    );
    await expect(train({ batchSize: 10, labels: own.labels.map(() => 0) })).rejects.toThrow(
      'received 30 pictures, 30 numbers and 1 labels.',
    );
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(train({ batchSize: 10, signal })).rejects.toThrow('enough');
  });
});
