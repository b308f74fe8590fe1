import type { HostFunction, HostTensor, Tree } from '@gan-zoo/compiler';
import type { AnyGanDefinition, ReferenceImages } from '../../gan/definition/definition.ts';
import type { DrawnEvent, ObserverPlace } from '../../training/trainer/observer.ts';
import { measureKey } from './measureNames.ts';
import { firstPictures } from './measureLook.ts';
import { overfittingOf } from './measures/overfitting.ts';

/**
 * Makes the measure of how far one discriminator knows its training pictures by heart: it judges
 * training, held-back and drawn pictures in inference mode.
 *
 * @param references real pictures by name; without held-back ones nothing is measured
 */
export function createJudge(
  { config, runtime }: Pick<ObserverPlace, 'config' | 'runtime'>,
  discriminator: AnyGanDefinition['discriminators'][number],
  references: Readonly<Record<string, ReferenceImages>>,
): (event: DrawnEvent) => Promise<Record<string, number>> {
  const run: HostFunction = runtime.function(discriminator.judge(config));
  const { training, heldBack } = firstOf(references[discriminator.like]);
  return async ({ state, images }) => {
    const drawn = images[discriminator.fakes];
    if (training === undefined || heldBack === undefined || drawn === undefined) return {};
    const selected = discriminator.select(state) as Tree<HostTensor>;
    const logits = async (pictures: HostTensor): Promise<number[]> => [
      ...((await run(selected, pictures)) as HostTensor).data,
    ];
    const found = overfittingOf({
      training: await logits(training),
      heldBack: await logits(heldBack),
      generated: await logits(firstPictures(drawn)),
    });
    if (found === undefined) return {};
    return {
      [measureKey('overfitting', discriminator.name)]: found.overfitting,
      [measureKey('overfittingError', discriminator.name)]: found.overfittingError,
    };
  };
}

/** What is judged of the references: the rest need not stay in memory. */
const firstOf = (real: ReferenceImages | undefined): Partial<ReferenceImages> => ({
  ...(real === undefined ? {} : { training: firstPictures(real.training) }),
  heldBack: real?.heldBack === undefined ? undefined : firstPictures(real.heldBack),
});
