import { checkWithChromium } from './checkWithChromium.ts';
import { checkWithFontTools } from './checkWithFontTools.ts';
import type { FontToCheck, IndependentCheck } from './fontToCheck.ts';

/**
 * Lets fontTools read a font and Chromium set a page in it, as far as they are installed.
 *
 * @returns one per program, also of one that is not there; what it finds is no error
 * @throws Error when the signal aborts, or Chromium is there but fails
 */
export async function independentChecks(
  font: FontToCheck,
  signal?: AbortSignal,
): Promise<readonly IndependentCheck[]> {
  return [await checkWithFontTools(font, signal), await checkWithChromium(font, signal)];
}
