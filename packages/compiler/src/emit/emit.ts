import { sizeOf } from '../hostTensor.ts';
import type { Attribute, OnnxDtype, OnnxGraph, OnnxNode, OnnxValue } from '../onnx/graph.ts';
import { ModelProto } from './onnxSchema.ts';

/** TensorProto.DataType of the ONNX format. */
const elementType: Record<OnnxDtype, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** AttributeProto.AttributeType of the ONNX format. */
const attributeType = { f: 1, i: 2, s: 3, floats: 6, ints: 7 };

const opsets = [
  { domain: '', version: 18 },
  { domain: 'com.microsoft', version: 1 },
  { domain: 'com.microsoft.nchwc', version: 1 },
];

/** Options of {@link emit}. */
export interface EmitOptions {
  /** Name of the graph. Default: step. */
  readonly name?: string;
  /**
   * Name of one more output in front of the others, an empty list of tensors. Default: none. See
   * `run/runInto.js` for what it is good for.
   */
  readonly firstOutput?: string;
}

/** Results from this size on have shapes that ONNX Runtime learns only as it runs, in bytes. */
const openShapeBytes = 2 ** 16;

/**
 * Serialises a graph as an ONNX model (opset 18, IR 9).
 *
 * The shapes that large results are reshaped to become overridable initializers: default values of
 * inputs. ONNX Runtime then cannot know the shapes of what follows. That is on purpose: where it
 * knows them, it plans to put a later result into the buffer of an earlier one of the same shape,
 * and keeps the buffer for all the time between the two. A train step, whose backward pass repeats
 * the shapes of the forward pass, then needs twice the memory that its live values fill. Without a
 * plan it frees each value after its last use.
 */
export function emit(
  graph: OnnxGraph,
  { name = 'step', firstOutput }: EmitOptions = {},
): Uint8Array {
  const { nodes, outputs } = nameOutputs(graph);
  const message = {
    irVersion: 9,
    producerName: 'gan-zoo',
    opsetImport: opsets,
    graph: {
      name,
      node: [
        ...nodes.map(emitNode),
        ...(firstOutput === undefined ? [] : [emptySequence(firstOutput)]),
      ],
      initializer: initializersOf(nodes).map(emitInitializer),
      input: [...graph.inputs, ...openShapes(nodes)].map(emitValueInfo),
      output: [
        ...(firstOutput === undefined ? [] : [emptySequenceInfo(firstOutput)]),
        ...outputs.map(emitValueInfo),
      ],
    },
  };
  return ModelProto.encode(ModelProto.fromObject(message)).finish();
}

/**
 * Gives every output the name that callers know. ONNX wants each to be the result of a node, so the
 * value is renamed where it is made; an argument, a constant or a value that already is an output
 * goes through an Identity node.
 */
function nameOutputs(graph: OnnxGraph): { nodes: OnnxNode[]; outputs: OnnxValue[] } {
  const made = new Set(graph.nodes.flatMap((node) => node.outputs.map((value) => value.name)));
  const renamed = new Map<string, OnnxValue>();
  const copies: OnnxNode[] = [];
  const outputs = graph.outputs.map(({ name, value }) => {
    const output: OnnxValue = { name, dtype: value.dtype, shape: value.shape };
    if (made.has(value.name) && !renamed.has(value.name)) {
      renamed.set(value.name, output);
    } else {
      const source = renamed.get(value.name) ?? value;
      copies.push({
        op: 'Identity',
        domain: '',
        inputs: [source],
        outputs: [output],
        attributes: {},
      });
    }
    return output;
  });
  const rename = <V extends OnnxValue | undefined>(value: V): V =>
    (value === undefined ? value : (renamed.get(value.name) ?? value)) as V;
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  return { nodes: [...nodes, ...copies], outputs };
}

function initializersOf(nodes: readonly OnnxNode[]): OnnxValue[] {
  const initializers = new Map<string, OnnxValue>();
  for (const node of nodes) {
    for (const value of node.inputs) {
      if (value?.data !== undefined) initializers.set(value.name, value);
    }
  }
  return [...initializers.values()];
}

/** The target shapes of large reshapes. */
function openShapes(nodes: readonly OnnxNode[]): OnnxValue[] {
  const shapes = new Map<string, OnnxValue>();
  for (const { op, inputs, outputs } of nodes) {
    const [, shape] = inputs;
    if (op !== 'Reshape' || shape?.data === undefined) continue;
    if (4 * sizeOf(outputs[0]!.shape) >= openShapeBytes) shapes.set(shape.name, shape);
  }
  return [...shapes.values()];
}

const emitNode = (node: OnnxNode, index: number): object => ({
  input: node.inputs.map((value) => value?.name ?? ''),
  output: node.outputs.map(({ name }) => name),
  name: `${node.op}_${index}`,
  opType: node.op,
  domain: node.domain,
  attribute: Object.entries(node.attributes).map(([name, attribute]) =>
    emitAttribute(name, attribute),
  ),
});

function emitAttribute(name: string, attribute: Attribute): object {
  const [field] = Object.keys(attribute) as [keyof typeof attributeType];
  const value = 's' in attribute ? { s: new TextEncoder().encode(attribute.s) } : attribute;
  return { name, ...value, type: attributeType[field] };
}

const emitInitializer = (value: OnnxValue): object => ({
  name: value.name,
  dims: value.shape,
  dataType: elementType[value.dtype],
  rawData: new Uint8Array(value.data!.buffer, value.data!.byteOffset, value.data!.byteLength),
});

const emitValueInfo = (value: OnnxValue): object => ({
  name: value.name,
  type: {
    tensorType: {
      elemType: elementType[value.dtype],
      shape: { dim: value.shape.map((extent) => ({ dimValue: extent })) },
    },
  },
});

const emptySequence = (name: string): object => ({
  output: [name],
  name: 'SequenceEmpty',
  opType: 'SequenceEmpty',
});

const emptySequenceInfo = (name: string): object => ({
  name,
  type: { sequenceType: { elemType: { tensorType: { elemType: elementType.float32 } } } },
});
