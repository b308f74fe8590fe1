import type { ChildEnd, RowLimit } from './runChild.ts';

/** The first sentence of an error, without the words in front of it and without line ends. */
export function firstSentence(text: string): string {
  const message = /^error: (.*)/ms.exec(text)?.[1] ?? lastLine(text);
  const [line = ''] = message.replaceAll(/\s*\n\s*/g, ' ').split(/(?<=[.!?])\s/);
  return line
    .replace(/^--backend \S+: cannot start on this machine \(.*?\): /, '')
    .replace(/\.$/, '');
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Why a program that ended did not do its work. */
export function endReason({ code, signal, stderr }: ChildEnd): string {
  const ending = signal === null ? `exit code ${code}` : `killed by ${signal}`;
  const sentence = firstSentence(stderr);
  return sentence === '' ? ending : code === 1 ? sentence : `${ending}: ${sentence}`;
}

/** Why a row has no result. */
export function reasonOf(error: unknown, { longestSeconds, signal }: RowLimit): string {
  if (signal.aborted) return `took longer than its ${Math.round(longestSeconds)} s`;
  return firstSentence(error instanceof Error ? error.message : String(error));
}
