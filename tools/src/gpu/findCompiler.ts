import { UserError } from '@gan-zoo/core';
import { lastLines, runProgram, type Environment } from './runProgram.ts';

/** Fails to compile where C++17 or the standard library's headers are missing. */
const program = '#include <string_view>\nint main() { return std::string_view("").size(); }\n';

/**
 * Finds a compiler of C++17: the one that the variable CXX names, or else g++, c++ or clang++ on the
 * PATH.
 *
 * @returns the words that start it
 * @throws UserError when there is none, with what to install
 */
export async function findCompiler(env: Environment, signal: AbortSignal): Promise<string[]> {
  const named = env['CXX']?.trim();
  const candidates = named ? [named] : ['g++', 'c++', 'clang++'];
  let refusal: string | undefined;
  for (const candidate of candidates) {
    const [command, ...options] = candidate.split(/\s+/) as [string, ...string[]];
    const words = [...options, '-std=c++17', '-fsyntax-only', '-x', 'c++', '-'];
    const { succeeded, isMissing, output } = await runProgram({
      command,
      words,
      env,
      signal,
      input: program,
    });
    if (succeeded) return [command, ...options];
    if (!isMissing) refusal ??= `${candidate} refuses C++17:\n${lastLines(output, 3)}\n`;
  }
  const received = refusal ?? `found none of ${candidates.join(', ')}. `;
  throw new UserError(
    'gpu: expected a compiler of C++17, which builds the binding between Node and TensorFlow; ' +
      `${received}Install one (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++), ` +
      'or name one in CXX.',
  );
}
