import { findTensorFlowBinding } from './packages/compiler/src/native/tensorFlowBinding.ts';

/** Says which tests are skipped, or refuses to skip them where `GAN_ZOO_REQUIRE_TENSORFLOW` is set. */
export default function setup(): void {
  if (findTensorFlowBinding() !== undefined) return;
  const advice = '"npm run gpu" installs it';
  if (process.env['GAN_ZOO_REQUIRE_TENSORFLOW']) {
    throw new Error(`Expected TensorFlow, which GAN_ZOO_REQUIRE_TENSORFLOW asks for: ${advice}.`);
  }
  process.stderr.write(
    `TensorFlow is not installed: its tests are skipped, and steps are verified by tfjs-cpu (${advice}).\n`,
  );
}
