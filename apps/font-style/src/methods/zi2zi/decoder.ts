import {
  batchNorm,
  conv2dTranspose,
  dropout,
  idleBias,
  mergeParameters,
  named,
  normal,
  relu,
  sequential,
  tanh,
  type Layer,
  type ParameterSpecs,
  type Place,
  type Scope,
  type Shape,
} from '@gan-zoo/core';
import * as tf from '@tensorflow/tfjs';
import { halving, widthsOf, type Zi2ziOptions } from './sizes.ts';
import { styledInstanceNorm } from './styledInstanceNorm.ts';

/** A module that reads the encoder's layers besides its inputs. */
export interface Decoder {
  readonly parameters: ParameterSpecs;
  outputShape(place: Place, code: Shape, styles: Shape, layers: readonly Shape[]): Shape;
  apply(scope: Scope, code: tf.Tensor, styles: tf.Tensor, layers: readonly tf.Tensor[]): tf.Tensor;
}

type StyledSequence = Layer<readonly [tf.Tensor]>;

/** The innermost layers whose values are dropped at random. */
const droppingLayers = 3;

/**
 * zi2zi's decoder: ReLU, T(5×5, stride 2), norm and, in the three innermost layers, dropout; every
 * result is joined by the encoder's layer of the same size. The last layer has no norm and ends in
 * tanh.
 *
 * Parameters: `d1.conv.…`, `d1.norm.…` and so on, from the inside out.
 *
 * Shape: code with style [N, h, w, D], styles [N, slots], the encoder's layers → [N, S, S, C].
 */
export function createDecoder(options: Zi2ziOptions): Decoder {
  const layers = createLayers(options);
  return {
    parameters: mergeParameters(
      'decoder',
      layers.map(({ parameters }) => parameters),
    ),
    outputShape: (place, code, styles, encoded) =>
      layers.reduce<Shape>((shape, layer, index) => {
        const own = layer.outputShape(place, shape, styles);
        const beside = encoded.at(-2 - index);
        return beside === undefined ? own : [...own.slice(0, 3), own[3]! + beside[3]!];
      }, code),
    apply: (scope, code, styles, encoded) =>
      layers.reduce<tf.Tensor>((value, layer, index) => {
        const own = layer.apply(scope, value, styles);
        const beside = encoded.at(-2 - index);
        return beside === undefined ? own : tf.concat([own, beside], 3);
      }, code),
  };
}

function createLayers(options: Zi2ziOptions): StyledSequence[] {
  const { channels, embeddingDim, dropout: rate, outputScale } = options;
  const widths = widthsOf(options);
  const last = widths.length - 1;
  return widths.map((_, index) => {
    const skipped = widths.at(-1 - index)!;
    const inChannels = skipped + (index === 0 ? embeddingDim : skipped);
    const filters = index === last ? channels : widths.at(-2 - index)!;
    const conv = conv2dTranspose({
      ...{ inChannels, filters, ...halving },
      ...{ kernelInit: normal(0, 0.02), bias: index === last },
    });
    const layer: StyledSequence =
      index === last
        ? sequential<readonly [tf.Tensor]>({ activation: relu(), conv, tanh: tanh(outputScale) })
        : sequential<readonly [tf.Tensor]>({
            activation: relu(),
            conv: idleBias(conv, filters),
            norm: normOf(options, filters),
            ...(index < droppingLayers && rate > 0 ? { dropout: dropout(rate) } : {}),
          });
    return named(`d${index + 1}`, layer);
  });
}

const normOf = ({ norm, slots }: Zi2ziOptions, channels: number): StyledSequence =>
  norm === 'conditional' ? styledInstanceNorm(channels, slots) : batchNorm({ channels });
