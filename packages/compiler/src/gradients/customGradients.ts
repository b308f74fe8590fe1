import type * as tf from '@tensorflow/tfjs';
import { isDifferentiatedAgain } from './registry.ts';

type Engine = ReturnType<typeof tf.engine>;
type CustomGrad = Engine['customGrad'];
type CustomFunction = Parameters<CustomGrad>[0];

/**
 * Makes tf.customGrad, and with it tf.logSoftmax and tf.losses.softmaxCrossEntropy, right at
 * higher orders.
 *
 * What a custom function saves besides its inputs is a constant to the tape. The corrected
 * engine saves the inputs too and, when the gradient will be differentiated, calls the function
 * again on them, outside of the kernel, so that what it saves depends on the inputs.
 *
 * @param engine tfjs's engine; its own `customGrad` property hides the prototype's
 */
export function correctCustomGradients(engine: Engine): void {
  const original = engine.customGrad.bind<CustomGrad>(engine);
  engine.customGrad = ((fn: CustomFunction) => original(recomputing(fn))) as CustomGrad;
}

/** Brings tfjs's own `customGrad` back. */
export function restoreCustomGradients(engine: Engine): void {
  delete (engine as Partial<Engine>).customGrad;
}

function recomputing(fn: CustomFunction): CustomFunction {
  return (...args) => {
    const inputs = args.slice(0, -1) as tf.Tensor[];
    const save = args.at(-1) as tf.GradSaveFunc;
    const first = callAndCollect(fn, inputs);
    save([...inputs, ...first.saved]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      if (!isDifferentiatedAgain()) return first.gradFunc(dy, saved.slice(inputs.length));
      const again = callAndCollect(fn, saved.slice(0, inputs.length));
      return again.gradFunc(dy, again.saved);
    };
    return { value: first.value, gradFunc };
  };
}

function callAndCollect(fn: CustomFunction, inputs: tf.Tensor[]) {
  const saved: tf.Tensor[] = [];
  const collect: tf.GradSaveFunc = (tensors) => void saved.push(...tensors);
  const { value, gradFunc } = fn(...inputs, collect);
  return { value, gradFunc, saved };
}
