import type { Config, MethodName } from './config.ts';

/** Options whose default depends on the method. */
const byMethod = ['lambdaL1', 'generatorUpdates', 'schedule', 'norm'] as const;

type ByMethod = (typeof byMethod)[number];

/** A configuration in which nothing is left to the method. */
export type Settings = Config & { readonly [Key in ByMethod]-?: NonNullable<Config[Key]> };

/** The published values. */
export const methodDefaults = {
  zi2zi: { lambdaL1: 100, generatorUpdates: 2, schedule: 'stepDecay', norm: 'batch' },
  bicycle: { lambdaL1: 10, generatorUpdates: 1, schedule: 'linearDecay', norm: 'instance' },
  pix2pix: { lambdaL1: 100, generatorUpdates: 1, schedule: 'linearDecay', norm: 'batch' },
} as const satisfies Record<MethodName, Pick<Settings, ByMethod>>;

/** Fills in what the method decides. */
export function settingsOf(config: Config): Settings {
  const own = methodDefaults[config.method];
  const filled = byMethod.map((key) => [key, config[key] ?? own[key]] as const);
  return { ...config, ...(Object.fromEntries(filled) as Pick<Settings, ByMethod>) };
}
