import { flagOf } from '../../../base/options/flagNames.ts';

/** The configuration of a run, as far as the doctor knows it: values by key. */
export type AnyConfig = Readonly<Record<string, unknown>>;

/** A change that may help, or undefined where the app has no such option or it is in use already. */
type Remedy = (config: AnyConfig) => string | undefined;

/** Regularisers with their usual strengths. */
const usual = {
  labelSmoothing: 0.1,
  instanceNoise: 0.1,
  r1Gamma: 10,
  emaDecay: 0.999,
  lambdaIdentity: 0.5,
  spectralNorm: true,
} as const;

/** Switches a regulariser on with its usual strength, where it is off. */
export const switchOn =
  (key: keyof typeof usual): Remedy =>
  (config) => {
    const off = config[key] === 0 || config[key] === false;
    if (!off) return undefined;
    const value = usual[key];
    return value === true ? flagOf(key) : `${flagOf(key)} ${value}`;
  };

/** Multiplies an option that is above 0. */
export const scale =
  (key: string, factor: number): Remedy =>
  (config) => {
    const value = config[key];
    if (typeof value !== 'number' || value <= 0) return undefined;
    return `${flagOf(key)} ${Number((value * factor).toPrecision(6))} (now ${value})`;
  };

/** Shows D its pictures through random changes, where it sees them as they are. */
export const augment: Remedy = (config) => {
  const value = config['augment'];
  if (!Array.isArray(value) || value.some((kind) => kind !== 'none')) return undefined;
  return `${flagOf('augment')} color,translation,cutout`;
};

/** Goes back by itself after a NaN, where the run would stop. */
export const rollback: Remedy = (config) =>
  config['onNan'] === 'stop' ? `${flagOf('onNan')} rollback` : undefined;

/** Trains a network at every step, where it is trained less often. */
export const everyStep =
  (key: string): Remedy =>
  (config) => {
    const value = config[key];
    return typeof value === 'number' && value > 1 ? `${flagOf(key)} 1 (now ${value})` : undefined;
  };

/** Trains a network less often, where it is trained at every step and the app has a choice. */
export const everySecondStep =
  (key: string): Remedy =>
  (config) =>
    config[key] === 1 ? `${flagOf(key)} 2` : undefined;

/** Multiplies the learning rate of one network, or the common one. */
export const scaleRate =
  (network: 'generator' | 'discriminator', factor: number): Remedy =>
  (config) => {
    const own = `${network}LearningRate`;
    return scale(own in config ? own : 'learningRate', factor)(config);
  };

/** Advice that is no option. */
export const inWords =
  (text: string): Remedy =>
  () =>
    text;

/**
 * Joins the remedies that this app has and does not use yet.
 *
 * @param config the run's resolved configuration
 * @param remedies the most promising first
 */
export function advise(config: AnyConfig, remedies: readonly Remedy[]): string {
  // Where both networks have one rate, they have one remedy.
  const offered = new Set(remedies.flatMap((remedy) => remedy(config) ?? []));
  return `Try, one at a time: ${[...offered].join('; ')}.`;
}
