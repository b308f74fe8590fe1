import type { OnnxNode } from './graph.ts';

/** Which nodes of a list, in an order of execution, run before which for want of their results. */
export class Reachability {
  /** A bit per node: itself and all it is computed from. */
  readonly #ancestors: readonly Uint32Array[];
  readonly #makers: ReadonlyMap<string, number>;

  constructor(nodes: readonly OnnxNode[]) {
    const makers = new Map<string, number>();
    const words = Math.ceil(nodes.length / 32);
    this.#ancestors = nodes.map((node, index) => {
      for (const { name } of node.outputs) makers.set(name, index);
      return new Uint32Array(words);
    });
    this.#makers = makers;
    nodes.forEach((node, index) => {
      const own = this.#ancestors[index]!;
      own[index >>> 5]! |= 1 << (index & 31);
      for (const value of node.inputs) {
        const maker = value === undefined ? undefined : makers.get(value.name);
        if (maker === undefined) continue;
        const its = this.#ancestors[maker]!;
        for (let word = 0; word < words; word++) own[word]! |= its[word]!;
      }
    });
  }

  /** The node that makes a value; undefined for arguments and constants. */
  makerOf(value: string): number | undefined {
    return this.#makers.get(value);
  }

  /** Whether a node is computed from another one's results; every node is from its own. */
  dependsOn(node: number, other: number): boolean {
    return (this.#ancestors[node]![other >>> 5]! & (1 << (other & 31))) !== 0;
  }
}
