import { hostTensor, sizeOf, UserError, type HostTensor } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { Random } from '../random/index.ts';
import { formatShape } from './assertShape.ts';
import type { InitScheme } from './initSchemes.ts';
import type {
  HostNetworkState,
  MaskSpec,
  Module,
  NetworkState,
  ParameterSpecs,
  Place,
  ShapeOf,
  ShapesOf,
} from './module.ts';
import { createPlace, createScope } from './scope.ts';

/** Anything with parameters: a module of any inputs and outputs. */
export type AnyModule = Pick<Module, 'parameters'>;

/** Options of {@link initNetwork}. */
export interface InitOptions {
  /**
   * Name of the network among its siblings, part of the random streams' names: two networks of the
   * same architecture start differently only when their names differ. Default: none.
   */
  readonly name?: string;
  /** Initialisers by role in place of the layers' own. Default: none. */
  readonly scheme?: InitScheme;
}

/**
 * Draws a network's initial state. Each parameter has its own random stream,
 * `init/<network>/<parameter>`, so that adding a layer leaves all others as they were.
 *
 * @param random the run's randomness
 */
export function initNetwork(
  module: AnyModule,
  random: Random,
  { name, scheme = {} }: InitOptions = {},
): HostNetworkState {
  const state: NetworkState<HostTensor> = { params: {}, buffers: {} };
  const prefix = name === undefined ? 'init' : `init/${name}`;
  for (const [parameter, spec] of Object.entries(module.parameters)) {
    const initialise = scheme[spec.role] ?? spec.initialise;
    const draws = random.stream(`${prefix}/${parameter}`).at(0);
    const target = spec.kind === 'parameter' ? state.params : state.buffers;
    target[parameter] = hostTensor(spec.shape, initialise(spec.shape, draws));
  }
  return state;
}

/** Options of {@link applyNetwork}. */
export interface ApplyOptions {
  /** Batch statistics and dropout (true) or inference mode (false). */
  readonly training: boolean;
  /**
   * Keep-masks of the dropout layers by dotted module name. Randomness is an input here because a
   * compiled step may not draw any. A mask is obeyed in inference mode too (pix2pix samples so).
   */
  readonly masks?: Readonly<Record<string, tf.Tensor>>;
}

/** What {@link applyNetwork} returns. */
export interface Applied<Output> {
  readonly output: Output;
  /** All buffers of the state, those that the run updated replaced. */
  readonly buffers: Record<string, tf.Tensor>;
}

/**
 * Applies a network to its inputs: a pure function of state, inputs and masks.
 *
 * @param inputs the module's inputs in order
 * @throws UserError when the state or the masks lack names, have unknown ones, or a shape is wrong
 */
export function applyNetwork<Inputs extends readonly tf.Tensor[], Output>(
  module: Module<Inputs, Output>,
  state: NetworkState,
  inputs: Inputs,
  { training, masks = {} }: ApplyOptions,
): Applied<Output> {
  assertState(module, state);
  const run = createScope({ state, training, masks });
  const output = module.apply(run.scope, ...inputs);
  run.assertMasksRead();
  return { output, buffers: run.buffers };
}

/**
 * The shape (or shapes) that a network returns for inputs of the given shapes; nothing is computed.
 *
 * @throws UserError when the network cannot take such inputs
 */
export function outputShapeOf<Inputs extends readonly tf.Tensor[], Output>(
  module: Module<Inputs, Output>,
  ...inputs: ShapesOf<Inputs>
): ShapeOf<Output> {
  return module.outputShape(createPlace(), ...inputs);
}

/**
 * The masks that a network's dropout layers need for inputs of the given shapes, by dotted module
 * name. Draw them with `drawMasks` and hand them to {@link applyNetwork}.
 */
export function dropoutMasks<Inputs extends readonly tf.Tensor[], Output>(
  module: Module<Inputs, Output>,
  ...inputs: ShapesOf<Inputs>
): Record<string, MaskSpec> {
  const found: Record<string, MaskSpec> = {};
  const place: Place = createPlace('', (path, spec) => (found[path] = spec));
  module.outputShape(place, ...inputs);
  return found;
}

/**
 * Draws the masks of one step, each from its own stream `<stream>/<mask name>`.
 *
 * @param stream names the use, for instance `dropout/generator`
 * @param step the step they belong to
 */
export function drawMasks(
  specs: Readonly<Record<string, MaskSpec>>,
  random: Random,
  stream: string,
  step: number,
): Record<string, HostTensor<'float32'>> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape, keepProbability }]) => {
      const draws = random.stream(`${stream}/${name}`).at(step);
      return [name, hostTensor(shape, draws.bernoulli(sizeOf(shape), keepProbability))];
    }),
  );
}

/** How many numbers of a network are trained; buffers do not count. */
export function countParameters(module: AnyModule): number {
  return Object.values(module.parameters)
    .filter((spec) => spec.kind === 'parameter')
    .reduce((count, spec) => count + sizeOf(spec.shape), 0);
}

/**
 * Asserts that a state has exactly the parameters and buffers of a module, in the right shapes.
 *
 * @param who begins the message; default `network`
 * @throws UserError that lists missing names, unknown names, then wrong shapes
 */
export function assertState(
  module: AnyModule,
  state: NetworkState<{ readonly shape: readonly number[] }>,
  who = 'network',
): void {
  const problems = [
    ...problemsOf(select(module.parameters, 'parameter'), state.params, 'parameter'),
    ...problemsOf(select(module.parameters, 'buffer'), state.buffers, 'buffer'),
  ];
  if (problems.length === 0) return;
  throw new UserError(
    `${who}: the state does not fit the architecture. ${problems.join(' ')} ` +
      `Use the options with which the state was made.`,
  );
}

function select(specs: ParameterSpecs, kind: 'parameter' | 'buffer'): ParameterSpecs {
  return Object.fromEntries(Object.entries(specs).filter(([, spec]) => spec.kind === kind));
}

function problemsOf(
  specs: ParameterSpecs,
  values: Readonly<Record<string, { readonly shape: readonly number[] }>>,
  kind: string,
): string[] {
  const missing = Object.keys(specs).filter((name) => !Object.hasOwn(values, name));
  const unknown = Object.keys(values).filter((name) => !Object.hasOwn(specs, name));
  const wrong = Object.entries(specs).flatMap(([name, { shape }]) => {
    const received = values[name]?.shape;
    if (received === undefined || formatShape(received) === formatShape(shape)) return [];
    return [`${name} expected ${formatShape(shape)}, received ${formatShape(received)}`];
  });
  return [
    ...(missing.length > 0 ? [`Missing ${kind}s: ${missing.join(', ')}.`] : []),
    ...(unknown.length > 0 ? [`Unknown ${kind}s: ${unknown.join(', ')}.`] : []),
    ...(wrong.length > 0 ? [`Wrong shapes: ${wrong.join('; ')}.`] : []),
  ];
}
