import { UserError } from '@gan-zoo/core';
import { runProgram, type Environment } from './runProgram.ts';

/** Says its version, then fails if a virtual environment cannot be made: Debian ships that apart. */
const question = 'import sys\nprint("%d.%d" % sys.version_info[:2])\nimport venv, ensurepip\n';

const oldest = [3, 9] as const;

const install = 'Debian, Ubuntu: apt-get install python3 python3-venv; Fedora: dnf install python3';

/** What came of asking a Python for its version. */
interface Answer {
  readonly command: string;
  readonly state: 'missing' | 'old' | 'bare' | 'usable';
  readonly version: string;
}

/**
 * Finds a Python that can make a virtual environment: the one that the variable PYTHON names, or
 * else python3 or python on the PATH.
 *
 * @throws UserError when there is none, with what to install
 */
export async function findPython(env: Environment, signal: AbortSignal): Promise<string> {
  const named = env['PYTHON'];
  const answers: Answer[] = [];
  for (const command of named ? [named] : ['python3', 'python']) {
    const answer = await ask(command, env, signal);
    if (answer.state === 'usable') return command;
    answers.push(answer);
  }
  // What comes closest to a usable one is the easiest to mend.
  const closest = (['bare', 'old', 'missing'] as const)
    .map((state) => answers.find((answer) => answer.state === state))
    .find((answer) => answer !== undefined)!;
  throw new UserError(`gpu: ${complaint(closest, named)}`);
}

async function ask(command: string, env: Environment, signal: AbortSignal): Promise<Answer> {
  const { stdout, succeeded } = await runProgram({
    command,
    words: ['-c', question],
    env,
    signal,
  });
  const version = /^\d+\.\d+/.exec(stdout)?.[0];
  if (version === undefined) return { command, state: 'missing', version: '' };
  const [major, minor] = version.split('.').map(Number) as [number, number];
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return { command, version, state: isOld ? 'old' : succeeded ? 'usable' : 'bare' };
}

function complaint({ command, state, version }: Answer, named: string | undefined): string {
  const wanted = `expected Python ${oldest.join('.')} or later, whose pip fetches the libraries`;
  if (state === 'bare') {
    return (
      `expected a Python with the modules venv and ensurepip, ${command} ${version} lacks them. ` +
      'Install them (Debian, Ubuntu: apt-get install python3-venv), or name another Python in PYTHON.'
    );
  }
  if (state === 'old') {
    return `${wanted}, received ${version} (${command}). Install a later one (${install}), or name one in PYTHON.`;
  }
  return named
    ? `${wanted}, received PYTHON=${named}, which does not start. Correct it, or unset PYTHON.`
    : `${wanted}, found neither python3 nor python. Install it (${install}), or name one in PYTHON.`;
}
