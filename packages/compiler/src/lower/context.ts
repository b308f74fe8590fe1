import type { Attribute, OnnxData, OnnxDtype, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { sameShape, sizeOfShape } from '../onnx/graph.ts';
import type { ConvolutionChoice } from './conv/convolutionChoice.ts';

/**
 * A value of the captured function in the ONNX graph.
 *
 * The logical shape is tfjs's. The physical value may hold its axes in another order (convolutions
 * run channels first), and an axis may have the physical extent 1 although its logical extent is
 * larger: such a *lazy broadcast* is only carried out where an operator needs it.
 */
export interface Lowered {
  readonly value: OnnxValue;
  /** Logical extents. */
  readonly shape: readonly number[];
  /** `layout[i]` is the logical axis held by the physical axis i. */
  readonly layout: readonly number[];
}

/** Logical [N,H,W,C] held as [N,C,H,W]. */
export const channelsFirst: readonly number[] = [0, 3, 1, 2];

/** A logical [kh,kw,in,out] filter held as [out,in,kh,kw]. */
export const filterLayout: readonly number[] = [3, 2, 0, 1];

export const plainLayout = (rank: number): number[] => [...Array(rank).keys()];

export interface NodeOptions {
  readonly domain?: OnnxNode['domain'];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

interface Type {
  readonly dtype: OnnxDtype;
  readonly shape: readonly number[];
}

/** Collects the nodes of the ONNX graph while the captured kernels are lowered. */
export class LoweringContext {
  readonly nodes: OnnxNode[] = [];
  readonly convolutions: ConvolutionChoice;
  readonly #shared = new Map<string, OnnxValue>();
  #next = 0;

  /** @param convolutions how convolutions are computed. Default: `estimated` */
  constructor(convolutions: ConvolutionChoice = 'estimated') {
    this.convolutions = convolutions;
  }

  /** Adds a node with one result of the given type. */
  node(
    op: string,
    inputs: readonly (OnnxValue | undefined)[],
    type: Type,
    options: NodeOptions = {},
  ): OnnxValue {
    return this.nodeWithOutputs(op, inputs, [type], options)[0]!;
  }

  /** Adds a node with several results. */
  nodeWithOutputs(
    op: string,
    inputs: readonly (OnnxValue | undefined)[],
    types: readonly Type[],
    { domain = '', attributes = {} }: NodeOptions = {},
  ): OnnxValue[] {
    const outputs = types.map(({ dtype, shape }) => ({ name: `v${this.#next++}`, dtype, shape }));
    this.nodes.push({ op, domain, inputs, outputs, attributes });
    return outputs;
  }

  /** An initializer: a tensor whose values are known now. */
  constant(data: OnnxData, shape: readonly number[], dtype: OnnxDtype): OnnxValue {
    return { name: `c${this.#next++}`, dtype, shape, data };
  }

  /** The constant of a name, made once: for large tables that several nodes read. */
  sharedConstant(
    key: string,
    make: () => { data: OnnxData; shape: readonly number[]; dtype: OnnxDtype },
  ): OnnxValue {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const { data, shape, dtype } = make();
    const value = this.constant(data, shape, dtype);
    this.#shared.set(key, value);
    return value;
  }

  /** A float32 or int32 scalar. */
  scalar(value: number, dtype: OnnxDtype = 'float32'): OnnxValue {
    const data = {
      float32: () => Float32Array.of(value),
      int32: () => Int32Array.of(value),
      int64: () => BigInt64Array.of(BigInt(value)),
      bool: () => Uint8Array.of(value),
    }[dtype]();
    return this.constant(data, [], dtype);
  }

  /** An int64 list, as operators take shapes, axes and pads. */
  ints(values: readonly number[]): OnnxValue {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  /** The same elements in the same order under another physical shape. */
  reshape(value: OnnxValue, shape: readonly number[]): OnnxValue {
    if (sameShape(value.shape, shape)) return value;
    if (value.data !== undefined) return this.constant(value.data, shape, value.dtype);
    return this.node('Reshape', [value, this.ints(shape)], { dtype: value.dtype, shape });
  }

  transpose(value: OnnxValue, perm: readonly number[]): OnnxValue {
    if (perm.every((axis, i) => axis === i)) return value;
    const shape = perm.map((axis) => value.shape[axis]!);
    const moved = (order: readonly number[], extents: readonly number[]): number[] =>
      order.filter((axis) => extents[axis] !== 1);
    // Moving only axes of extent 1 does not move an element.
    if (moved(perm, value.shape).every((axis, i, all) => i === 0 || all[i - 1]! < axis)) {
      return this.reshape(value, shape);
    }
    return this.node(
      'Transpose',
      [value],
      { dtype: value.dtype, shape },
      {
        attributes: { perm: { ints: perm } },
      },
    );
  }

  /** Holds a value in another layout. */
  arrange(lowered: Lowered, layout: readonly number[]): Lowered {
    const perm = layout.map((axis) => lowered.layout.indexOf(axis));
    return { value: this.transpose(lowered.value, perm), shape: lowered.shape, layout };
  }

  /** Carries out lazy broadcasts, so that physical and logical extents agree. */
  materialize(lowered: Lowered): Lowered {
    const shape = lowered.layout.map((axis) => lowered.shape[axis]!);
    if (sameShape(shape, lowered.value.shape)) return lowered;
    const { dtype } = lowered.value;
    const value = this.node('Expand', [lowered.value, this.ints(shape)], { dtype, shape });
    return { ...lowered, value };
  }

  /** The physical value in a layout, lazy broadcasts carried out. */
  dense(
    lowered: Lowered,
    layout: readonly number[] = plainLayout(lowered.shape.length),
  ): OnnxValue {
    return this.materialize(this.arrange(lowered, layout)).value;
  }

  cast(value: OnnxValue, dtype: OnnxDtype): OnnxValue {
    if (value.dtype === dtype) return value;
    const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[dtype];
    return this.node(
      'Cast',
      [value],
      { dtype, shape: value.shape },
      { attributes: { to: { i: to } } },
    );
  }
}

/** A physical value whose axes are in logical order. */
export const plain = (value: OnnxValue, shape: readonly number[] = value.shape): Lowered => ({
  value,
  shape,
  layout: plainLayout(shape.length),
});

/** A value held in a layout, without lazy broadcasts. */
export const laidOut = (value: OnnxValue, layout: readonly number[]): Lowered => ({
  value,
  layout,
  shape: layout.map((_, axis) => value.shape[layout.indexOf(axis)]!),
});

/** The axes of `layout` that hold the given logical axes. */
export const physicalAxes = (layout: readonly number[], axes: readonly number[]): number[] =>
  axes.map((axis) => layout.indexOf(axis));

/** Number of elements that are really stored. */
export const physicalSize = (lowered: Lowered): number => sizeOfShape(lowered.value.shape);

/** The type of a lowering: operands and attributes in, one result per kernel output. */
export interface LoweringCall<Inputs, Attrs> {
  readonly context: LoweringContext;
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  /** The types that the shape rule gave the kernel's results. */
  readonly outputs: readonly { readonly dtype: OnnxDtype; readonly shape: readonly number[] }[];
}
