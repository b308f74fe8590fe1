import type { HostTensor } from '../hostTensor.ts';
import type { StepOutput, StepRunner } from '../trainStep.ts';
import { flattenTree, type Tree } from '../tree.ts';

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
}

/** The outcome of {@link verifyTrainStep}. */
export interface VerifyReport {
  readonly steps: number;
  readonly tolerance: number;
  /** One entry per loss, gradient and updated tensor, in the order of the parts. */
  readonly differences: readonly Difference[];
  /** Entries above the tolerance. */
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
}

/** A tensor whose values are all below this is compared as if its largest were this. */
const smallestScale = 1e-6;

/** Batches so many steps apart have the same parts, whatever is done every 2, 3, … 16 steps. */
const samePartsAfter = 720720;

/**
 * Compares a compiled train step with the eager one over several steps of a training: every loss and
 * gradient, and the whole state after it (weights, running statistics, optimizer slots). Before each
 * step the eager side takes over the compiled side's state, so that what is compared is one step.
 *
 * A ReLU's input may lie so close to 0 that rounding decides on which side; single gradients then
 * differ by percents although both are right. With another batch such a coincidence is gone, and a
 * mistake is not: only a difference that shows with every one of a few batches counts.
 */
export async function verifyTrainStep(options: VerifyOptions): Promise<VerifyReport> {
  const { steps = 10, tolerance = 1e-4, attempts = 3 } = options;
  const worst = new Map<string, Difference>();
  for (let step = 1; step <= steps; step++) {
    const state = await options.compiled.readState();
    let differences = await compareStep(options, state, step - 1, step);
    for (let attempt = 1; attempt < attempts && !isWithin(differences, tolerance); attempt++) {
      const again = await compareStep(options, state, step - 1 + attempt * samePartsAfter, step);
      differences = smallerOf(differences, again);
    }
    for (const [key, difference] of differences) {
      const known = worst.get(key);
      if (known === undefined || !(difference.relative <= known.relative))
        worst.set(key, difference);
    }
  }
  const order: ComparedPart[] = ['loss', 'gradient', 'state'];
  const all = [...worst.values()].sort((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
  const failures = all.filter(({ relative }) => !(relative <= tolerance));
  return { steps, tolerance, differences: all, failures };
}

type Differences = ReadonlyMap<string, Difference>;

const isWithin = (differences: Differences, tolerance: number): boolean =>
  [...differences.values()].every(({ relative }) => relative <= tolerance);

const smallerOf = (a: Differences, b: Differences): Differences =>
  new Map(
    [...a].map(([key, own]) => {
      const other = b.get(key);
      return [key, other !== undefined && other.relative < own.relative ? other : own];
    }),
  );

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
  const [ours, theirs] = [await compiled.step(batch), await eager.step(batch)];
  const states = [await compiled.readState(), await eager.readState()] as const;
  const differences = [
    ...compareTrees('loss', metricsTree(ours), metricsTree(theirs), step),
    ...compareTrees('gradient', ours.gradients ?? {}, theirs.gradients ?? {}, step),
    ...compareTrees('state', ...states, step),
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
  const row = (
    part: string,
    path: string,
    largest: string,
    relative: string,
    step: string,
  ): string =>
    `${part.padEnd(9)} ${path.padEnd(width)} ${largest.padStart(10)} ${relative.padStart(10)} ${step.padStart(5)}`;
  const lines = differences.map((each) =>
    row(
      each.part,
      each.path,
      each.largest.toExponential(2),
      each.relative.toExponential(2),
      String(each.step),
    ),
  );
  const verdict =
    failures.length === 0
      ? `All ${differences.length} tensors agree within ${tolerance} of their largest value after ${steps} steps.`
      : `${failures.length} of ${differences.length} tensors differ by more than ${tolerance}: ` +
        `${failures
          .slice(0, 5)
          .map(({ path }) => path)
          .join(', ')}${failures.length > 5 ? ' …' : ''}`;
  return [row('part', 'tensor', 'largest', 'relative', 'step'), ...lines, verdict].join('\n');
}

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
