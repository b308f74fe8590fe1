import { convBeforeNorm, needsBias, normLayer, type NormKind } from '../blocks/normLayer.ts';
import { leakyRelu } from '../layers/activations.ts';
import { assertWhole } from '../layers/assertShape.ts';
import { named, sequential } from '../layers/compose.ts';
import { conv2d, type Conv2dOptions } from '../layers/conv2d.ts';
import type { Module } from '../layers/module.ts';
import { zeroPad } from '../layers/padding.ts';
import { spectralNorm } from '../layers/spectralNorm.ts';

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions {
  /** Channels of what it judges, 6 for a pair of colour images; default 3. */
  readonly inChannels?: number;
  /** Filters of the first layer; default 64. */
  readonly filters?: number;
  /** Layers of stride 2; default 3. Each widens the receptive field. */
  readonly layers?: number;
  /** Norm of all layers but the first and last; default `batch` (pix2pix); CycleGAN: `instance`. */
  readonly norm?: NormKind;
  /**
   * `published` (default): a fourth layer of stride 1, 70×70 receptive field at 3 layers, a 30×30
   * map at 256 px. `wide`: that layer has stride 2 and the last one is preceded by zeros at the top
   * and left, 94×94 receptive field, a 16×16 map at 256 px; as many parameters.
   */
  readonly variant?: 'published' | 'wide';
  /** Spectral norm (Miyato et al. 2018, arXiv 1802.05957) on every convolution; default false. */
  readonly spectral?: boolean;
}

/**
 * PatchGAN discriminator (Isola et al. 2016, arXiv 1611.07004): C4 layers with LeakyReLU .2 whose
 * output is a map of logits, one for each overlapping patch of the image.
 *
 * Parameters: `model.0.weight`, `model.2.weight`, … as in pytorch-CycleGAN-and-pix2pix, and for
 * `wide` as in PyTorch-GAN's CycleGAN.
 *
 * Shape: [N, H, W, inChannels] → [N, h, w, 1] logits.
 */
export function patchDiscriminator(options: PatchDiscriminatorOptions = {}): Module {
  const { inChannels = 3, filters = 64, layers = 3, norm = 'batch' } = options;
  const { variant = 'published', spectral = false } = options;
  const conv = spectral ? spectralConv2d : conv2d;
  assertWhole('patchDiscriminator', 'layers', layers);
  const widthOf = (layer: number): number => filters * Math.min(2 ** layer, 8);
  const hidden = Array.from({ length: layers }, (_, index) => {
    const strides = variant === 'wide' || index < layers - 1 ? 2 : 1;
    const [from, to] = [widthOf(index), widthOf(index + 1)];
    const sampling = { kernelSize: 4, strides, padding: 1 };
    return [
      convBeforeNorm(norm, to, ({ bias }) =>
        conv({ inChannels: from, filters: to, ...sampling, bias }),
      ),
      normLayer(norm, to),
      leakyRelu(),
    ];
  });
  return named(
    'model',
    sequential([
      conv({ inChannels, filters, kernelSize: 4, strides: 2, padding: 1 }),
      leakyRelu(),
      ...hidden.flat(),
      ...(variant === 'wide' ? [zeroPad([1, 0, 1, 0])] : []),
      conv({ inChannels: widthOf(layers), filters: 1, kernelSize: 4, padding: 1 }),
    ]),
  );
}

const spectralConv2d = (options: Conv2dOptions): Module => spectralNorm(conv2d(options));

/**
 * The 1×1 discriminator of pix2pix, which judges every pixel by itself.
 *
 * Parameters: `net.0.weight`, `net.2.weight`, … as in pytorch-CycleGAN-and-pix2pix.
 *
 * Shape: [N, H, W, inChannels] → [N, H, W, 1] logits.
 */
export function pixelDiscriminator(
  options: Pick<PatchDiscriminatorOptions, 'inChannels' | 'filters' | 'norm' | 'spectral'> = {},
): Module {
  const { inChannels = 3, filters = 64, norm = 'batch', spectral = false } = options;
  const conv = spectral ? spectralConv2d : conv2d;
  const bias = needsBias(norm);
  return named(
    'net',
    sequential([
      conv({ inChannels, filters, kernelSize: 1 }),
      leakyRelu(),
      convBeforeNorm(norm, 2 * filters, (own) =>
        conv({ inChannels: filters, filters: 2 * filters, kernelSize: 1, ...own }),
      ),
      normLayer(norm, 2 * filters),
      leakyRelu(),
      conv({ inChannels: 2 * filters, filters: 1, kernelSize: 1, bias }),
    ]),
  );
}
