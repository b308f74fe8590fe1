import { refuseRegulariserMistakes, type RefinementContext } from '@gan-zoo/core/cli';
import type { Config, MethodName } from './config.ts';
import { settingsOf, type Settings } from './settings.ts';

/** What only one method can do, and what its option is when it does not happen. */
const onlyWith: readonly (readonly [
  key: keyof Config,
  methods: readonly MethodName[],
  off: unknown,
])[] = [
  ['freezeEncoder', ['zi2zi'], false],
  ['shuffleFromEpoch', ['zi2zi'], undefined],
  ['firstSlot', ['zi2zi'], 0],
  ['initGain', ['bicycle'], 0.02],
  ['distort', ['bicycle'], 0],
  ['encoder', ['bicycle'], 'residual'],
  ['styleFrom', ['bicycle'], 'target'],
  ['adversarialFromEpoch', ['bicycle'], 0],
  ['lambdaTotalVariation', ['zi2zi', 'pix2pix'], 0],
];

/**
 * Refuses combinations of options that cannot work, each with its reason: the schema's refinement.
 *
 * @param given as the user's options resolved; what the method decides may be absent
 */
export function refuseMistakes(given: Config, context: RefinementContext): void {
  const config = settingsOf(given);
  const refuse = (key: keyof Config, message: string): void =>
    context.addIssue({ code: 'custom', path: [key], message });
  refuseRegulariserMistakes(config, context);
  for (const [key, methods, off] of onlyWith) {
    if (methods.includes(config.method) || config[key] === off) continue;
    refuse(key, `expected it only with --method ${methods.join(' or ')}, not ${config.method}`);
  }
  refuseNorm(config, refuse);
  refuseBatches(config, refuse);
}

function refuseNorm(config: Settings, refuse: Refuse): void {
  const { method, norm, r1Gamma, spectralNorm } = config;
  const possible = {
    zi2zi: ['batch', 'conditional'],
    bicycle: ['instance', 'conditional'],
    pix2pix: ['batch', 'instance'],
  };
  if (!possible[method].includes(norm)) {
    refuse(
      'norm',
      `expected ${possible[method].join(' or ')} with --method ${method}, not ${norm}`,
    );
  }
  const discriminatorMixes = method === 'zi2zi' || norm === 'batch';
  if (r1Gamma > 0 && discriminatorMixes && !spectralNorm) {
    refuse(
      'r1Gamma',
      'expected it only with --spectral-norm, because batch norm mixes the pictures whose ' +
        'gradients R1 measures one by one',
    );
  }
}

function refuseBatches(config: Settings, refuse: Refuse): void {
  const { method, batchSize, accumulationSteps, slots, firstSlot } = config;
  if (method === 'bicycle' && batchSize % (2 * accumulationSteps) !== 0) {
    const least = accumulationSteps === 1 ? '2' : `2 · --accumulation-steps`;
    refuse(
      'batchSize',
      `expected a multiple of ${least} with --method bicycle, one half of which it reads styles ` +
        `off, not ${batchSize}`,
    );
  }
  if (firstSlot >= slots) {
    refuse('firstSlot', `expected less than --slots (${slots}), not ${firstSlot}`);
  }
}

type Refuse = (key: keyof Config, message: string) => void;
