import { createRuntime, type Runtime } from '@gan-zoo/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawn } from '../exportFont/fixtures/drawnPictures.ts';
import { styleAccuracy, trainStyleJudge } from './styleJudge.ts';

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
  return { pictures: bytes, styles: styles.map(({ style }) => style) };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createRuntime({ threads: 1 });
});
afterAll(() => runtime.close());

describe('trainStyleJudge', () => {
  it('learns to tell styles apart', async () => {
    const steps: number[] = [];
    const judge = await trainStyleJudge({
      ...{ ...pictures(1), imageSize: 96, seed: 1, steps: 25, batchSize: 10, runtime },
      onProgress: (step) => steps.push(step),
    });
    expect(steps).toHaveLength(25);
    const unseen = pictures(4);
    expect(await styleAccuracy(judge, unseen.pictures, unseen.styles)).toBeGreaterThan(0.9);
    const turned = unseen.styles.map((style) => (style + 1) % 3);
    expect(await styleAccuracy(judge, unseen.pictures, turned)).toBeLessThan(0.1);
    await judge.close();
  });

  it('refuses what nothing can be learned from', async () => {
    const { pictures: bytes, styles } = pictures(1);
    const train = (options: object) =>
      trainStyleJudge({ pictures: bytes, styles, imageSize: 96, seed: 1, runtime, ...options });
    await expect(train({})).rejects.toThrow(
      'styleJudge: expected at least 64 pictures of 96×96 px in two or more styles, each with its ' +
        'style, received 30 pictures, 30 numbers and 3 styles.',
    );
    await expect(train({ batchSize: 10, styles: styles.map(() => 0) })).rejects.toThrow(
      'received 30 pictures, 30 numbers and 1 styles.',
    );
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(train({ batchSize: 10, signal })).rejects.toThrow('enough');
  });
});
