import type { HostTensor } from '@gan-zoo/compiler';
import type * as tf from '@tensorflow/tfjs';
import type { RandomDraws } from '../random/index.ts';

/** Extents of a tensor; activations are [N, H, W, C], flat features [N, F]. */
export type Shape = readonly number[];

/** A tensor's shape, or the shapes of a list or record of tensors. */
export type ShapeOf<Value> = Value extends tf.Tensor
  ? Shape
  : { readonly [Key in keyof Value]: ShapeOf<Value[Key]> };

/** Fills a new parameter of the given (torch) shape from its own draws. */
export type Initializer = (shape: Shape, draws: RandomDraws) => Float32Array;

/**
 * What a parameter does in its layer, by which an {@link InitScheme} chooses its distribution:
 * `kernel` multiplies features (conv, dense), `bias` is added to them, `scale` and `shift` belong
 * to a normalisation, `embedding` is a table of rows, `statistic` is remembered, not learnt.
 */
export type ParameterRole = 'kernel' | 'bias' | 'scale' | 'shift' | 'embedding' | 'statistic';

/** One tensor that a module owns, described before anything is allocated. */
export interface ParameterSpec {
  /** In PyTorch's layout: conv [out, in, kh, kw], transposed conv [in, out, kh, kw], dense [out, in]. */
  readonly shape: Shape;
  readonly initialise: Initializer;
  /** A `parameter` is trained by an optimizer; a `buffer` is updated by the module itself. */
  readonly kind: 'parameter' | 'buffer';
  readonly role: ParameterRole;
}

/** The specs of a module by PyTorch's dotted names, such as `model.10.conv_block.1.weight`. */
export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

/** A random keep-mask that a dropout layer reads: shape and share of ones. */
export interface MaskSpec {
  readonly shape: Shape;
  /** Probability of a one, in (0, 1]. */
  readonly keepProbability: number;
}

/** Where a module stands in its network, while only shapes are computed. */
export interface Place {
  /** Dotted name of the module, empty for the network itself. */
  readonly path: string;
  child(name: string): Place;
  /** Announces that the module at this place reads a mask. */
  declareMask(spec: MaskSpec): void;
}

/** What a module sees of the network's state while it is applied. */
export interface Scope extends Place {
  /** Batch statistics and dropout when true, running statistics when false. */
  readonly training: boolean;
  child(name: string): Scope;
  /**
   * A parameter or buffer of this module, as stored (torch layout).
   *
   * @throws UserError when the state has no such name
   */
  get(name: string): tf.Tensor;
  /**
   * Replaces a buffer in the result of the run; later `get`s see the new value.
   *
   * @throws UserError when the state has no such buffer
   */
  set(bufferName: string, value: tf.Tensor): void;
  /** The mask handed in for the module at this place, if there is one. */
  mask(): tf.Tensor | undefined;
}

/**
 * A layer, block or network: a description of its parameters and a pure function of state and
 * inputs. Modules hold no tensors, so one module serves any number of states, and the same `apply`
 * runs eagerly or is traced by the compiler.
 *
 * `Inputs` is the tuple of tensors it takes (the activation first, then conditions such as labels);
 * `Output` is a tensor, or a list or record of tensors.
 */
export interface Module<
  Inputs extends readonly tf.Tensor[] = readonly [tf.Tensor],
  Output = tf.Tensor,
> {
  readonly parameters: ParameterSpecs;
  /**
   * The shape of the output for inputs of the given shapes, without computing anything.
   *
   * @throws UserError when the module cannot take such inputs
   */
  outputShape(place: Place, ...inputs: ShapesOf<Inputs>): ShapeOf<Output>;
  /**
   * @throws UserError when the module cannot take inputs of these shapes
   */
  apply(scope: Scope, ...inputs: Inputs): Output;
}

/** The shapes of a tuple of tensors. */
export type ShapesOf<Inputs extends readonly tf.Tensor[]> = {
  readonly [Index in keyof Inputs]: Shape;
};

/** Everything a network remembers, by torch's dotted names: a tree that optimizers can map over. */
export interface NetworkState<Value = tf.Tensor> {
  /** What an optimizer trains. */
  params: Record<string, Value>;
  /** Running statistics and the like. */
  buffers: Record<string, Value>;
}

/** A network's state in plain memory, as initialised, saved and loaded. */
export type HostNetworkState = NetworkState<HostTensor>;
