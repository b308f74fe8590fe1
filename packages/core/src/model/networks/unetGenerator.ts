import { UserError } from '@gan-zoo/compiler';
import { needsBias, type NormKind } from '../blocks/normLayer.ts';
import { unetBlock } from '../blocks/unetBlock.ts';
import { relu, tanh } from '../layers/activations.ts';
import { named, sequential } from '../layers/compose.ts';
import { conv2d } from '../layers/conv2d.ts';
import { conv2dTranspose } from '../layers/conv2dTranspose.ts';
import type { Module } from '../layers/module.ts';

/** Options of {@link unetGenerator}. */
export interface UnetGeneratorOptions {
  /** Default 3. */
  readonly inChannels?: number;
  /** Default 3. */
  readonly outChannels?: number;
  /** Filters of the first layer; default 64. */
  readonly filters?: number;
  /** Times the image is halved, at least 5: 8 for 256 px (the default), 7 for 128 px. */
  readonly levels?: number;
  /** Default `batch`. */
  readonly norm?: NormKind;
  /** Dropout after the way up of the inner blocks of equal width; default .5; 0 leaves it out. */
  readonly dropoutRate?: number;
  /** What the last tanh is multiplied by; default 1. */
  readonly outputScale?: number;
}

/**
 * pix2pix's generator (Isola et al. 2016, arXiv 1611.07004): a U-Net of C(4,2,1) down to widths
 * 1, 2, 4, 8, 8, … times `filters` and T(4,2,1) up, every level joined to its mirror image. No norm
 * on the outermost level and on the innermost way down; dropout on the `levels` − 5 levels above the
 * innermost. Ends in tanh.
 *
 * Parameters: nested as in pytorch-CycleGAN-and-pix2pix, `model.model.0.weight`,
 * `model.model.1.model.1.weight`, …
 *
 * Shape: [N, H, W, inChannels] → [N, H, W, outChannels] in (−1, 1); H and W multiples of 2^levels.
 *
 * @throws UserError for fewer than 5 levels
 */
export function unetGenerator(options: UnetGeneratorOptions = {}): Module {
  const { inChannels = 3, outChannels = 3, filters = 64, norm = 'batch' } = options;
  const down = conv2d({
    inChannels,
    filters,
    kernelSize: 4,
    strides: 2,
    padding: 1,
    bias: needsBias(norm),
  });
  const up = conv2dTranspose({
    inChannels: 2 * filters,
    filters: outChannels,
    kernelSize: 4,
    strides: 2,
    padding: 1,
  });
  const outermost = sequential([down, innerLevels(options), relu(), up, tanh(options.outputScale)]);
  return named('model', named('model', outermost));
}

/** Everything below the outermost level, built from the inside out. */
function innerLevels(options: UnetGeneratorOptions): Module {
  const { filters = 64, levels = 8, norm = 'batch', dropoutRate = 0.5 } = options;
  if (!Number.isInteger(levels) || levels < 5) {
    throw new UserError(
      `unetGenerator: expected levels to be a whole number of at least 5, ` +
        `received ${String(levels)}.`,
    );
  }
  const widest = 8 * filters;
  let block = unetBlock({ outerChannels: widest, innerChannels: widest, norm });
  for (let level = levels - 5; level > 0; level--) {
    const channels = { outerChannels: widest, innerChannels: widest };
    block = unetBlock({ ...channels, inside: block, norm, dropoutRate });
  }
  for (const outerChannels of [4 * filters, 2 * filters, filters]) {
    block = unetBlock({ outerChannels, innerChannels: 2 * outerChannels, inside: block, norm });
  }
  return block;
}
