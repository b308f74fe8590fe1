import type { HostTensor } from '../hostTensor.ts';
import type { StepOutput, StepRunner } from '../trainStep.ts';
import { flattenTree, mapTree, type Tree } from '../tree.ts';

/** What a difference was found in. */
export type ComparedPart = 'loss' | 'gradient' | 'state';

/** How far one tensor of the compiled step is from the eager one's. */
export interface Difference {
  readonly part: ComparedPart;
  /** Such as `generatorLoss`, `generator/main.0.weight`, `generatorOptimizer/step`. */
  readonly path: string;
  /** Largest absolute difference of an element over all steps. */
  readonly largest: number;
  /** {@link largest} divided by the largest absolute value of the eager tensor. */
  readonly relative: number;
  /** The step, counted from 1, with the largest relative difference. */
  readonly step: number;
  /**
   * The relative difference that rounding the state otherwise makes in the eager step itself, in
   * this tensor or one of its group; measured where {@link relative} is above the tolerance.
   */
  readonly sensitivity?: number;
}

/** The outcome of {@link verifyTrainStep}. */
export interface VerifyReport {
  readonly steps: number;
  readonly tolerance: number;
  /** One entry per loss, gradient and updated tensor, in the order of the parts. */
  readonly differences: readonly Difference[];
  /** Entries above the tolerance that rounding does not explain. */
  readonly failures: readonly Difference[];
}

export interface VerifyOptions {
  /** The step under test, and the one it is measured by; both start from the same state. */
  readonly compiled: StepRunner;
  readonly eager: StepRunner;
  /** Batches by step, counted from 0; any whole number must do, see {@link verifyTrainStep}. */
  readonly batchAt: (step: number) => Promise<Tree<HostTensor>>;
  /** How many steps the compiled side takes. Default: 10. */
  readonly steps?: number;
  /** The largest relative difference that counts as rounding. Default: 1e-4. */
  readonly tolerance?: number;
  /** How many batches a difference above the tolerance must show with. Default: 3. */
  readonly attempts?: number;
  /**
   * Whether coincidences are to be expected with every batch, so that what rounding makes is measured
   * with the first one already. Default: false.
   */
  readonly isLarge?: boolean;
}

/** A tensor whose values are all below this is compared as if its largest were this. */
const smallestScale = 1e-6;

/** By how much values change that are rounded otherwise: the last digits of a float32. */
const roundingChange = 1e-6;

/** How many times as much as by rounding a tensor may change by luck. */
const luck = 10;

/** Batches so many steps apart have the same parts, whatever is done every 2, 3, … 16 steps. */
const samePartsAfter = 720720;

/**
 * Compares a compiled train step with the eager one over several steps of a training: every loss and
 * gradient, and the whole state after it (weights, running statistics, optimizer slots). Before each
 * step the eager side takes over the compiled side's state, so that what is compared is one step.
 *
 * A ReLU's input may lie so close to 0 that rounding decides on which side; single gradients then
 * differ by percents although both are right. With another batch such a coincidence is gone, and a
 * mistake is not: only a difference that shows with every one of a few batches counts. Among the
 * millions of values of a large network there always is a coincidence, and Adam's first update gives
 * even the smallest gradient its full rate, with the sign that rounding left it. So what still differs
 * is measured by the eager step alone, from a state whose last digits are changed: a difference of
 * that size is rounding, and a mistake is larger by far.
 */
export async function verifyTrainStep(options: VerifyOptions): Promise<VerifyReport> {
  const { steps = 10, tolerance = 1e-4, attempts = 3, isLarge = false } = options;
  const isExplained = (each: Difference): boolean => each.relative <= tolerance || isRounding(each);
  const worst = new Map<string, Difference>();
  for (let step = 1; step <= steps; step++) {
    const state = await options.compiled.readState();
    let differences: Differences = new Map();
    for (let attempt = 0; attempt < attempts; attempt++) {
      const batch = step - 1 + attempt * samePartsAfter;
      const again = await compareStep(options, state, batch, step);
      differences = attempt === 0 ? again : smallerOf(differences, again);
      if (isWithin(differences, tolerance)) break;
      if (!isLarge && attempt < attempts - 1) continue;
      const rounding = await eagerSensitivity(options, state, batch, step);
      differences = withSensitivity(differences, rounding);
      if ([...differences.values()].every(isExplained)) break;
    }
    for (const [key, difference] of differences) {
      const known = worst.get(key);
      if (known === undefined || !(difference.relative <= known.relative))
        worst.set(key, difference);
    }
  }
  const order: ComparedPart[] = ['loss', 'gradient', 'state'];
  const all = [...worst.values()].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  const failures = all.filter((each) => !isExplained(each));
  return { steps, tolerance, differences: all, failures };
}

type Differences = ReadonlyMap<string, Difference>;

const isWithin = (differences: Differences, tolerance: number): boolean =>
  [...differences.values()].every(({ relative }) => relative <= tolerance);

const smallerOf = (a: Differences, b: Differences): Differences =>
  new Map(
    [...a].map(([key, own]) => {
      const other = b.get(key);
      if (other === undefined || other.relative >= own.relative) return [key, own];
      return [key, { ...own, ...other }];
    }),
  );

/** Whether rounding alone makes such a difference. */
const isRounding = ({ relative, sensitivity = 0 }: Difference): boolean =>
  relative <= luck * sensitivity;

/**
 * Adds what rounding makes of each tensor. An update that takes its sign from a gradient near zero
 * hits few values, in a small tensor perhaps none; so tensors of the state are measured by the most
 * that it moves any tensor of their group, such as all weights of a network.
 */
function withSensitivity(differences: Differences, rounding: Differences): Differences {
  const groups = new Map<string, number>();
  for (const { part, path, largest } of rounding.values()) {
    const group = groupOf(part, path);
    groups.set(group, Math.max(groups.get(group) ?? 0, largest));
  }
  return new Map(
    [...differences].map(([key, own]) => {
      const moved = groups.get(groupOf(own.part, own.path)) ?? 0;
      const sensitivity = (moved * own.relative) / own.largest || 0;
      return [key, { ...own, sensitivity: Math.max(sensitivity, own.sensitivity ?? 0) }];
    }),
  );
}

/** The tensors of a network's or an optimizer's record; a loss or a gradient stands for itself. */
const groupOf = (part: ComparedPart, path: string): string =>
  part === 'state' ? `${part}/${path.slice(0, path.lastIndexOf('/'))}` : `${part}/${path}`;

/** What the eager step makes of a state whose last digits are changed. */
async function eagerSensitivity(
  { eager, batchAt }: VerifyOptions,
  state: Tree<HostTensor>,
  batchNumber: number,
  step: number,
): Promise<Differences> {
  const batch = await batchAt(batchNumber);
  const take = async (from: Tree<HostTensor>): Promise<Taken> => {
    await eager.writeState(from);
    return { output: await eager.step(batch), state: await eager.readState() };
  };
  return compareTaken(await take(roundedOtherwise(state)), await take(state), step);
}

/** The same values but for their last digits. */
const roundedOtherwise = (state: Tree<HostTensor>): Tree<HostTensor> =>
  mapTree<HostTensor, HostTensor>(state, (tensor) =>
    tensor.dtype === 'float32'
      ? {
          ...tensor,
          data: tensor.data.map((value, i) => value * (1 + (isOdd(i) ? 1 : -1) * roundingChange)),
        }
      : tensor,
  );

/** A coin for each index, without a pattern along any axis. */
const isOdd = (index: number): boolean => Math.imul(index + 1, 0x9e3779b1) >>> 31 === 1;

/** Takes one step from a state on both sides. */
async function compareStep(
  { compiled, eager, batchAt }: VerifyOptions,
  state: Tree<HostTensor>,
  batchNumber: number,
  step: number,
): Promise<Differences> {
  const batch = await batchAt(batchNumber);
  await compiled.writeState(state);
  await eager.writeState(state);
  const ours = { output: await compiled.step(batch), state: await compiled.readState() };
  const theirs = { output: await eager.step(batch), state: await eager.readState() };
  return compareTaken(ours, theirs, step);
}

/** What a step gave, and the state after it. */
interface Taken {
  readonly output: StepOutput;
  readonly state: Tree<HostTensor>;
}

function compareTaken(ours: Taken, theirs: Taken, step: number): Differences {
  const differences = [
    ...compareTrees('loss', metricsTree(ours.output), metricsTree(theirs.output), step),
    ...compareTrees('gradient', ours.output.gradients ?? {}, theirs.output.gradients ?? {}, step),
    ...compareTrees('state', ours.state, theirs.state, step),
  ];
  return new Map(differences.map((each) => [`${each.part}/${each.path}`, each]));
}

/** The report as a table, the worst of each part first, with the verdict as the last line. */
export function formatVerifyReport({
  steps,
  tolerance,
  differences,
  failures,
}: VerifyReport): string {
  const width = Math.max(...differences.map(({ path }) => path.length), 6);
  const hasSensitivity = differences.some(({ sensitivity }) => sensitivity !== undefined);
  const row = (part: string, path: string, ...figures: readonly string[]): string =>
    `${part.padEnd(9)} ${path.padEnd(width)} ${figures.map((text) => text.padStart(10)).join(' ')}`;
  const lines = differences.map(({ part, path, largest, relative, sensitivity, step }) =>
    row(
      part,
      path,
      largest.toExponential(2),
      relative.toExponential(2),
      ...(hasSensitivity ? [sensitivity?.toExponential(2) ?? ''] : []),
      String(step),
    ),
  );
  const explained = differences.filter(({ relative }) => !(relative <= tolerance)).length;
  const verdict =
    failures.length === 0
      ? `All ${differences.length} tensors agree within ${tolerance} of their largest value after ${steps} steps` +
        `${explained === 0 ? '.' : roundingNote(explained)}`
      : `${failures.length} of ${differences.length} tensors differ by more than ${tolerance}: ` +
        `${failures
          .slice(0, 5)
          .map(({ path }) => path)
          .join(', ')}${failures.length > 5 ? ' …' : ''}`;
  const headings = ['largest', 'relative', ...(hasSensitivity ? ['rounding'] : []), 'step'];
  return [row('part', 'tensor', ...headings), ...lines, verdict].join('\n');
}

const roundingNote = (count: number): string =>
  `, but for ${count} that differ as rounding makes them: changing the state's last digits moves them as far.`;

const metricsTree = ({ metrics }: StepOutput): Tree<HostTensor> =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [
      name,
      { dtype: 'float32', shape: [], data: Float32Array.of(value) },
    ]),
  );

function compareTrees(
  part: ComparedPart,
  ours: Tree<HostTensor>,
  theirs: Tree<HostTensor>,
  step: number,
): Difference[] {
  const eager = new Map(flattenTree<HostTensor>(theirs).map(({ path, leaf }) => [path, leaf]));
  return flattenTree<HostTensor>(ours).map(({ path, leaf }) => {
    const expected = eager.get(path)?.data ?? new Float32Array();
    let largest = 0;
    let scale = smallestScale;
    leaf.data.forEach((value, i) => {
      const distance = Math.abs(value - expected[i]!);
      // NaN on one side only is as wrong as it gets.
      if (!(distance <= largest)) largest = Number.isNaN(distance) ? Infinity : distance;
      scale = Math.max(scale, Math.abs(expected[i]!));
    });
    return { part, path, largest, relative: largest / scale, step };
  });
}
