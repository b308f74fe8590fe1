import {
  fields,
  gameFields,
  imageToImageFields,
  regulariserFields,
  scheduleNames,
  trainFields,
} from '@gan-zoo/core/cli';
import { z } from 'zod';

const data = 'Data options';
const network = 'Network options';
const objective = 'Objective options';
const optimization = 'Optimization options';

/** How styles are learned: see the folders of the same names. */
export const methodNames = ['zi2zi', 'bicycle', 'pix2pix'] as const;

/** A value of {@link methodNames}. */
export type MethodName = (typeof methodNames)[number];

const weight = z.number().min(0);
const everyMethod = 'zi2zi, pix2pix: 100; bicycle: 10';

const dataFields = {
  data: fields.data
    .default('data/chinese-small')
    .describe('Glyph data set, as prepare makes it; default: what prepare makes by default'),
  styles: z.array(z.string().min(1)).min(1).optional().meta({
    placeholder: 'font,…',
    description: 'Train on these styles alone: names of fonts in the manifest, or their numbers',
    defaultText: 'all',
    group: data,
  }),
  imageSize: z.int().min(16).max(512).default(256).meta({
    description: 'Side of the pictures; those of a larger data set are made smaller',
    unit: 'px',
    group: data,
  }),
  channels: z
    .literal([1, 3])
    .default(3)
    .meta({ description: 'Of the networks: 3 as published, 1 for what glyphs need', group: data }),
  enlarge: z.number().min(1).max(2).default(1.2).meta({
    description: 'Draw pairs up to so much larger and cut squares out of them; 1: as they are',
    group: data,
  }),
  distort: z.number().min(0).max(1).default(0).meta({
    description:
      'bicycle: share of pairs whose target, and the glyph that its style is read off, are slanted, stretched and shifted alike: styles that no font has',
    group: data,
  }),
  heldBackImages: z.int().min(0).default(64).meta({
    description: 'Pairs of the test part to compare with; 0: none',
    unit: 'images',
  }),
};

const networkFields = {
  filters: imageToImageFields.filters,
  discriminatorFilters: imageToImageFields.discriminatorFilters,
  norm: z.enum(['batch', 'instance', 'conditional']).optional().meta({
    description:
      'Normalisation: of both networks; zi2zi: of the decoder, bicycle: of the generator, conditional with scales and shifts by the style',
    defaultText: 'zi2zi, pix2pix: batch; bicycle: instance',
    group: network,
  }),
  dropout: z.number().min(0).lt(1).default(0.5).meta({
    description: 'Share of values that the inner layers drop in zi2zi and pix2pix; 0: none',
    group: network,
  }),
  outputScale: z.number().min(1).max(2).default(1).meta({
    description:
      'Generator: multiply the last tanh, so that paper and ink lie before its flat ends; against blank glyphs',
    group: network,
  }),
  slots: z.int().min(1).max(1000).default(40).meta({
    description: 'zi2zi: styles for which there is room in the networks',
    unit: 'styles',
    group: network,
  }),
  firstSlot: z.int().min(0).default(0).meta({
    description: 'zi2zi: slot of the first style of the data set; later ones follow',
    group: network,
  }),
  embedding: z.enum(['frozen', 'learned']).default('frozen').meta({
    description: 'zi2zi: style vectors as they were drawn, as published, or learned',
    group: network,
  }),
  embeddingDim: z.int().min(1).max(1024).default(128).meta({
    description: 'zi2zi: length of a style vector',
    group: network,
  }),
  initGain: z.number().gt(0).max(10).default(0.02).meta({
    description:
      'bicycle: gain of the Xavier initialisation, as published; 1 learns faster where steps are few',
    group: network,
  }),
  styleFrom: z.enum(['target', 'another']).default('target').meta({
    description:
      'bicycle: read the style off the glyph to be drawn, as published, or off another of its font, so that it tells nothing about the glyph',
    group: data,
  }),
  encoder: z.enum(['residual', 'plain']).default('residual').meta({
    description:
      'bicycle: residual blocks with instance norm, as published, or plain convolutions, which learn to tell styles several times faster',
    group: network,
  }),
  latentDim: z.int().min(1).max(256).default(8).meta({
    description: 'bicycle: length of the vector that stands for a style',
    group: network,
  }),
};

const objectiveFields = {
  lambdaL1: weight.optional().meta({
    description: 'Weight of the mean absolute difference from the true glyph',
    defaultText: everyMethod,
    group: objective,
  }),
  lambdaPyramid: weight.default(0).meta({
    description:
      'Weight of that difference at a half, a quarter and an eighth of the size: against blank glyphs',
    group: objective,
  }),
  inkWeight: z.number().gt(0).max(100).default(1).meta({
    description:
      'How many times more ink that is missing counts than ink that is too much, in both; above 1 keeps thin strokes',
    group: objective,
  }),
  lambdaConstant: weight.default(15).meta({
    description: 'zi2zi: weight of the glyph keeping its code in the encoder',
    group: objective,
  }),
  lambdaCategory: weight.default(1).meta({
    description: 'zi2zi: weight of recognising styles',
    group: objective,
  }),
  lambdaTotalVariation: weight.default(0).meta({
    description: 'zi2zi, pix2pix: weight of roughness, the mean square of neighbours’ differences',
    group: objective,
  }),
  lambdaBinary: weight.default(0).meta({
    description: 'Weight of grey levels, so that all becomes ink or paper; may drop strokes',
    group: objective,
  }),
  lambdaFeature: weight.default(0).meta({
    description: 'Weight of the difference of the discriminator’s features of ours and true glyphs',
    group: objective,
  }),
  adversarialFromEpoch: z.int().min(0).default(0).meta({
    description:
      'bicycle: before this epoch only draw the true glyphs in the styles that were read, which learns their forms several times faster; then the discriminators and random styles join',
    group: objective,
  }),
  shuffleFromEpoch: z.int().min(0).optional().meta({
    description:
      'zi2zi: from this epoch on also draw characters in shuffled styles; for when D’s loss is near 0',
    unit: 'epochs',
    defaultText: 'never',
    group: objective,
  }),
  lambdaGan2: weight.default(1).meta({
    description: 'bicycle: weight of the second discriminator, which judges random styles',
    group: objective,
  }),
  lambdaLatent: weight.default(0.5).meta({
    description: 'bicycle: weight of finding the random style again; trains the generator alone',
    group: objective,
  }),
  lambdaKl: weight.default(0.01).meta({
    description: 'bicycle: weight of styles’ divergence from N(0, 1)',
    group: objective,
  }),
};

const optimizationFields = {
  generatorLearningRate: gameFields.generatorLearningRate.describe(
    'Adam’s rate for generator and encoder; zi2zi publishes 1e-3',
  ),
  discriminatorLearningRate: gameFields.discriminatorLearningRate.describe(
    'Adam’s rate for discriminators; zi2zi publishes 1e-3',
  ),
  beta1: gameFields.beta1,
  generatorUpdates: z.int().min(1).max(10).optional().meta({
    description: 'Updates of the generator per step',
    defaultText: 'zi2zi: 2; others: 1',
    group: optimization,
  }),
  freezeEncoder: z.boolean().default(false).meta({
    description: 'zi2zi: leave the encoder and its statistics as they are: the second phase',
    group: optimization,
  }),
  schedule: z.enum(scheduleNames).optional().meta({
    description: 'How learning rates change over all epochs',
    defaultText: 'zi2zi: stepDecay; others: linearDecay',
    group: 'Schedule options',
  }),
};

/** All options of training; `configSchema` refuses combinations that cannot work. */
export const configOptions = z.object({
  method: z
    .enum(methodNames)
    .default('zi2zi')
    .describe(
      'zi2zi: a style per font; bicycle: styles as vectors, read off a glyph or random; pix2pix: one style',
    ),
  ...trainFields,
  ...regulariserFields,
  epochs: fields.epochs.default(100),
  batchSize: fields.batchSize.default(16),
  ...dataFields,
  ...networkFields,
  ...objectiveFields,
  ...optimizationFields,
  sampleCount: z.int().min(1).max(256).default(24).meta({
    description: 'Pairs of the test part that are drawn again and again',
    unit: 'images',
  }),
});

/** A resolved configuration. */
export type Config = z.output<typeof configOptions>;
