import type { MethodName } from '../config.ts';
import { bicycle } from './bicycle/bicycle.ts';
import type { AnyMethod } from './method.ts';
import { pix2pix } from './pix2pix/pix2pix.ts';
import { zi2zi } from './zi2zi/zi2zi.ts';

export type { AnyMethod, FixedPairs, Method, MethodTools, Part, StyleRules } from './method.ts';

/** The methods by the names that `--method` takes. */
export const methods: Readonly<Record<MethodName, AnyMethod>> = { zi2zi, bicycle, pix2pix };
