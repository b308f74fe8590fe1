import type { HostTensor } from '@gan-zoo/compiler';
import type { ReferenceImages } from '../../gan/definition/definition.ts';
import type { ObserverFactory, ObserverPlace } from '../../training/trainer/observer.ts';
import { createFeatureExtractor } from './imageFeatures.ts';
import { createSampleKid, type SampleKid } from './sampleKid.ts';

/** As many held-back pictures say more about quality than any number that was trained on. */
const enoughHeldBack = 32;

/**
 * Measures the KID of the fixed samples whenever they are drawn, unless `--no-kid`: to pictures that
 * are not trained on where there are at least 32, else to those that are. The feature network is read
 * at the first look; see {@link createSampleKid} for what the number can and cannot say.
 */
export const kidObserver: ObserverFactory = {
  name: 'kid',
  create: (place) => {
    const { kid = false } = place.config as { kid?: boolean };
    const { fakes } = place.definition.sample;
    if (!kid || fakes.length === 0) return undefined;
    let starting: Promise<SampleKid> | undefined;
    return {
      drawn: async ({ images }) => {
        starting ??= start(place);
        return (await starting).measure(images);
      },
    };
  },
};

async function start({ definition, config, tools, runtime }: ObserverPlace): Promise<SampleKid> {
  const references = await definition.references(config, tools);
  const isCompiled = runtime.backend.startsWith('onnx-');
  return createSampleKid({
    fakes: definition.sample.fakes,
    references: Object.fromEntries(
      Object.entries(references).map(([name, own]) => [name, chosen(own)]),
    ),
    // Eager tfjs would take seconds for every picture.
    extractor: createFeatureExtractor(isCompiled ? { runtime } : { threads: config.threads }),
  });
}

const chosen = ({ training, heldBack }: ReferenceImages): HostTensor =>
  heldBack !== undefined && heldBack.shape[0]! >= enoughHeldBack ? heldBack : training;
