import ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { capture } from '../capture/capture.ts';
import { emit } from '../emit/emit.ts';
import type { HostTensor } from '../hostTensor.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { rewriteGraph } from '../rewrite/index.ts';
import { type CompiledCheck, withDerivatives } from '../testing/compareCompiled.ts';
import { families } from './fixtures/families.ts';
import { lower } from './lower.ts';

/** The graph with the result of every node as an output of its own. */
function exposed(graph: OnnxGraph): OnnxGraph {
  const values = graph.nodes.flatMap((node) => node.outputs);
  return { ...graph, outputs: values.map((value) => ({ name: `all:${value.name}`, value })) };
}

/** What the graph says of each value, and what ONNX Runtime makes of it. */
async function declaredAndReal(
  check: CompiledCheck,
): Promise<[declared: string[], real: string[]]> {
  const captured = capture(withDerivatives(check), check.inputs);
  const graph = exposed(rewriteGraph(lower(captured)));
  if (graph.outputs.length === 0) return [[], []];
  const session = await ort.InferenceSession.create(emit(graph), {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
  });
  const feeds = graph.inputs.map(({ name }) => {
    const { dtype, data, shape } = check.inputs[Number(/\d+$/.exec(name)![0])] as HostTensor;
    return [name, new ort.Tensor(dtype, data as never, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  await session.release();
  const format = (name: string, dtype: string, shape: readonly number[]): string =>
    `${name}:${dtype}[${shape.join()}]`;
  return [
    graph.outputs.map(({ name, value }) => format(name, value.dtype, value.shape)),
    graph.outputs.map(({ name }) => format(name, results[name]!.type, results[name]!.dims)),
  ];
}

describe.each(Object.entries(families))(
  'the shapes that the compiler derives for %s',
  (_, rows) => {
    it('are those that ONNX Runtime computes, of every value', async () => {
      for (const check of rows) {
        const [declared, real] = await declaredAndReal({
          ...check,
          order: check.order === 0 ? 0 : 1,
        });
        expect(real, check.name).toEqual(declared);
      }
    });
  },
);
