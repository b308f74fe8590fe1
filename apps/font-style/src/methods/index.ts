import { averagedNetwork, type NetworkAverage, type NetworkState } from '@gan-zoo/core';
import type { MethodName } from '../config.ts';
import { bicycle } from './bicycle/bicycle.ts';
import type { Drawn, Method } from './method.ts';
import { pix2pix } from './pix2pix/pix2pix.ts';
import { zi2zi } from './zi2zi/zi2zi.ts';

export type {
  Drawing,
  Drawn,
  FixedPairs,
  Method,
  MethodTools,
  Part,
  StyleRules,
  StyleTables,
} from './method.ts';
export { createJudge } from './createJudge.ts';

/** The methods by the names that `--method` takes. */
export const methods: Readonly<Record<MethodName, Method>> = { zi2zi, bicycle, pix2pix };

/** The parts of a state that glyphs are drawn with, whatever the method. */
export const selectDrawn = (state: Readonly<Record<string, unknown>>): Drawn =>
  Object.fromEntries(
    ['generator', 'encoder'].flatMap((name) => {
      const network = state[name] as NetworkState | undefined;
      const average = state[`${name}Average`] as NetworkAverage | undefined;
      return network === undefined ? [] : [[name, averagedNetwork(network, average)]];
    }),
  );
