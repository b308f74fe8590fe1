import type { Explanation, MemoryEstimate } from './explainProgram.ts';
import type { TimedNode } from './parseProfile.ts';
import type { StepProfile } from './profileStep.ts';

/** How much {@link formatProfile} shows. */
export interface ProfileFormat {
  /** Slowest nodes to list. Default: 15. */
  readonly nodes?: number;
}

/** The explanation as tables in plain text. */
export function formatExplanation(explanation: Explanation): string {
  const { nodes, operators, flops, uncounted, stateParts, memory } = explanation;
  const counts = operators.map(({ op, kind, nodes: count, flops: own }) => [
    op,
    kind,
    String(count),
    own === 0 ? '' : scaled(own, ''),
    own === 0 ? '' : percent(own / flops),
  ]);
  const parts = stateParts.map(({ name, tensors, elements, bytes }) => [
    name,
    String(tensors),
    scaled(elements, ''),
    scaled(bytes, 'B'),
  ]);
  return [
    `Nodes: ${nodes.captured} captured kernels → ${nodes.lowered} ONNX nodes → ${nodes.rewritten} after rewriting`,
    `Floating-point operations: ${scaled(flops, '')} per step`,
    '',
    table(['operator', 'kind', 'nodes', 'operations', 'share'], counts, 2),
    ...(uncounted.length === 0
      ? []
      : [`Without a formula, counted as none: ${uncounted.join(', ')}`]),
    '',
    ...(parts.length === 0 ? [] : [table(['state', 'tensors', 'numbers', 'bytes'], parts), '']),
    formatMemory(memory),
  ].join('\n');
}

function formatMemory(memory: MemoryEstimate): string {
  const at = memory.peakNode === undefined ? '' : `at ${memory.peakNode}`;
  const rows = [
    ['state', scaled(memory.state, 'B'), 'stays between steps'],
    ['batch', scaled(memory.batch, 'B'), ''],
    ['constants', scaled(memory.constants, 'B'), ''],
    ['activations, at most', scaled(memory.activations, 'B'), at],
    ['  of it next state', scaled(memory.nextState, 'B'), ''],
    ['  of it results', scaled(memory.results, 'B'), 'metrics, pictures'],
    ['estimated peak', scaled(memory.peak, 'B'), "and ONNX Runtime's arena and workspaces"],
  ];
  const lines = columns([['memory', 'bytes', ''], ...rows], ['left', 'right', 'left']);
  return lines.join('\n');
}

/** The profile as tables in plain text. */
export function formatProfile(profile: StepProfile, { nodes = 15 }: ProfileFormat = {}): string {
  const { backend, threads, steps } = profile;
  const on = threads === undefined ? backend : `${backend}, ${counted(threads, 'thread')}`;
  const operators = profile.operators.map(({ op, calls, milliseconds, share }) => [
    op,
    formatCalls(calls),
    milliseconds.toFixed(2),
    percent(share),
  ]);
  const slowest = profile.nodes
    .slice(0, nodes)
    .map((node) => [
      node.name,
      node.op,
      [node.inputShapes.join(', '), node.outputShapes.join(', ')]
        .filter((text) => text !== '')
        .join(' → '),
      node.milliseconds.toFixed(2),
      percent(node.share),
      rateOf(node),
    ]);
  const arena =
    profile.arenaPeak === undefined
      ? ''
      : `ONNX Runtime's arena ${scaled(profile.arenaPeak, 'B')}, `;
  return [
    `Measured over ${counted(steps, 'step')} on ${on}: ${profile.stepMilliseconds.toFixed(1)} ms a step, ` +
      `${profile.runMilliseconds.toFixed(1)} ms of it in ONNX Runtime, ` +
      `${percent(profile.outsideShare)} of that outside of kernels`,
    `Peak memory: ${arena}the whole process so far ${scaled(profile.peakResidentMemory, 'B')}`,
    '',
    table(['operator', 'calls', 'ms', 'share'], operators),
    '',
    table(['slowest nodes', 'kernel', 'shapes', 'ms', 'share', 'operations/s'], slowest, 3),
  ].join('\n');
}

const formatCalls = (calls: number): string =>
  Number.isInteger(calls) ? String(calls) : calls.toFixed(1);

const rateOf = ({ flops, milliseconds }: TimedNode): string =>
  flops === undefined || flops === 0 || milliseconds === 0
    ? ''
    : scaled((flops / milliseconds) * 1000, '');

const counted = (count: number, word: string): string =>
  `${count} ${word}${count === 1 ? '' : 's'}`;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** A number with three digits and a decimal prefix: `1.5 k`, `24.0 M`, `1.23 GB`. */
export function scaled(value: number, unit: string): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P'];
  let rest = value;
  let prefix = 0;
  while (rest >= 999.5 && prefix < prefixes.length - 1) {
    rest /= 1000;
    prefix++;
  }
  const digits = prefix === 0 ? String(Math.round(rest)) : rest.toPrecision(3);
  return `${digits} ${prefixes[prefix]}${unit}`.trimEnd();
}

type Alignment = 'left' | 'right';

/** Lines of a table whose first columns are words and whose others are numbers. */
function table(header: readonly string[], rows: readonly (readonly string[])[], words = 1): string {
  const alignments = header.map((_, i): Alignment => (i < words ? 'left' : 'right'));
  return columns([header, ...rows], alignments).join('\n');
}

function columns(rows: readonly (readonly string[])[], alignments: readonly Alignment[]): string[] {
  const widths = alignments.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const pad = (text: string, i: number): string =>
    alignments[i] === 'left' ? text.padEnd(widths[i]!) : text.padStart(widths[i]!);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}
