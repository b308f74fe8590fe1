export type OnnxDtype = 'float32' | 'int32' | 'int64' | 'bool';

export type OnnxData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A tensor of the ONNX graph; its shape is physical, i.e. in the layout that the runtime sees. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: readonly number[];
  /** Present on initializers: values known when the graph was made. */
  readonly data?: OnnxData;
}

/** A node attribute, named as the fields of ONNX's AttributeProto. */
export type Attribute =
  | { readonly i: number }
  | { readonly f: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] };

export interface OnnxNode {
  readonly op: string;
  /** Operator set: empty for standard ONNX, else ONNX Runtime's own. */
  readonly domain: '' | 'com.microsoft' | 'com.microsoft.nchwc';
  /** `undefined` leaves an optional operand out. */
  readonly inputs: readonly (OnnxValue | undefined)[];
  readonly outputs: readonly OnnxValue[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph in the order of execution. `outputs` pairs each result's name with its value. */
export interface OnnxGraph {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly { readonly name: string; readonly value: OnnxValue }[];
  readonly nodes: readonly OnnxNode[];
}

export const sizeOfShape = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((extent, axis) => extent === b[axis]);

const formatValue = (value: OnnxValue | undefined): string => {
  if (value === undefined) return '_';
  const type = `${value.dtype}[${value.shape.join(',')}]`;
  if (value.data === undefined) return `%${value.name}:${type}`;
  const shown = Array.from(value.data.slice(0, 8) as Iterable<number | bigint>).join(' ');
  return `const(${shown}${value.data.length > 8 ? ' …' : ''}):${type}`;
};

const formatAttribute = (attribute: Attribute): string =>
  JSON.stringify(Object.values(attribute)[0]);

/** Prints an ONNX graph, a node a line, every value with its dtype and physical shape. */
export function printOnnxGraph(graph: OnnxGraph): string {
  const lines = graph.inputs.map((value) => `input ${formatValue(value)}`);
  for (const node of graph.nodes) {
    const attributes = Object.entries(node.attributes)
      .map(([name, attribute]) => `${name}: ${formatAttribute(attribute)}`)
      .join(', ');
    const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    lines.push(
      `${node.outputs.map(formatValue).join(', ')} = ${op}(${node.inputs.map(formatValue).join(', ')})` +
        (attributes === '' ? '' : ` {${attributes}}`),
    );
  }
  for (const { name, value } of graph.outputs) lines.push(`output ${name} = ${formatValue(value)}`);
  return lines.join('\n');
}
