/**
 * Walks from one latent to another on the sphere through both, so that what lies between them is as
 * long, and as likely, as they are; a straight line would cut through the middle, where a network
 * trained on N(0, 1) has seen nothing.
 *
 * Formula: with ω the angle between a and b as seen from `centre`,
 * centre + (sin((1 − t)ω) (a − centre) + sin(tω) (b − centre)) / sin ω. Where ω is 0 or π, or an
 * end is the centre itself, a straight line.
 *
 * Paper: White, "Sampling generative networks" (arXiv 1609.04468).
 *
 * @param from the latent at t = 0
 * @param to the latent at t = 1
 * @param steps latents to return, both ends included; at least 2
 * @param centre every coordinate of the distribution's mean; default 0
 */
export function interpolateLatents(
  from: Float32Array,
  to: Float32Array,
  steps: number,
  centre = 0,
): Float32Array[] {
  const a = Array.from(from, (value) => value - centre);
  const b = Array.from(to, (value) => value - centre);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const isStraight = !(Math.sin(angle) > 1e-6);
  return Array.from({ length: steps }, (_, step) => {
    const t = step / (steps - 1);
    if (t === 0) return from.slice();
    if (t === 1) return to.slice();
    const weightA = isStraight ? 1 - t : Math.sin((1 - t) * angle) / Math.sin(angle);
    const weightB = isStraight ? t : Math.sin(t * angle) / Math.sin(angle);
    return Float32Array.from(a, (value, at) => centre + weightA * value + weightB * b[at]!);
  });
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, at) => sum + value * right[at]!, 0);
