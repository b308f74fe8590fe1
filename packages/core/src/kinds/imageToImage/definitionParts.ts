import * as tf from '@tensorflow/tfjs';
import type { GanDefinition, MetricsPlot } from '../../gan/definition/index.ts';
import type { GameBatch, GameState } from '../../gan/game/index.ts';
import { applyNetwork, type Layer, type NetworkState } from '../../model/layers/index.ts';
import type { TranslationDefinition } from './definition.ts';
import type { ImageToImageConfig } from './fields.ts';

/** A definition with what `translate` and `evaluate` use of it. */
export interface ImageToImageDefinition<Config extends ImageToImageConfig> extends GanDefinition<
  Config,
  GameState,
  GameBatch
> {
  readonly translation: TranslationDefinition<Config>;
}

/** The mean of a discriminator's map of logits [N, s, s, 1] → [N], in inference mode. */
export const judgeMaps =
  (module: Layer) =>
  (discriminator: NetworkState, images: tf.Tensor4D): tf.Tensor =>
    tf.mean(applyNetwork(module, discriminator, [images], { training: false }).output, [1, 2, 3]);

/** The plot of the losses of both sides. */
export const adversarialPlot = (metrics: readonly string[]): MetricsPlot => ({
  ...{ name: 'losses', title: 'Adversarial losses', yLabel: 'loss' },
  metrics,
});

/** The plot of mean verdicts, of discriminators by the ends of their metrics' names. */
export const scorePlot = (suffixes: readonly string[]): MetricsPlot => ({
  name: 'scores',
  title:
    suffixes.length === 1
      ? "The discriminator's mean verdicts"
      : "The discriminators' mean verdicts",
  yLabel: '1 is real, 0 is fake',
  metrics: suffixes.flatMap((suffix) => [`realScore${suffix}`, `fakeScore${suffix}`]),
});
