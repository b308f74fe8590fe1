import { formatDuration } from '@gan-zoo/core';
import { float32Tolerance, tf32Tolerance } from './checkedBackends.ts';
import { choiceColumns } from './choiceRows.ts';
import type { FinishedRow, Section } from './row.ts';
import { speedColumns } from './speedRow.ts';
import { startColumns } from './startRow.ts';
import { verifyColumns } from './verifyRow.ts';

/** What the page says. */
export interface PageContent {
  readonly facts: readonly (readonly [string, string])[];
  readonly rows: readonly FinishedRow[];
  readonly preset: string;
  readonly seconds: number;
}

interface SectionText {
  readonly title: string;
  readonly labels: readonly string[];
  readonly columns: readonly string[];
  readonly about: (content: PageContent) => string;
}

const sections: Readonly<Record<Section, SectionText>> = {
  backends: {
    title: 'Backends',
    labels: ['backend'],
    columns: startColumns,
    about: () =>
      'Each starts in a process of its own and computes a convolution and its gradients.',
  },
  verification: {
    title: 'Verification',
    labels: ['app', 'backend'],
    columns: verifyColumns,
    about: () =>
      "One step of each app at its tiny size against tfjs-cpu: each loss, gradient and updated tensor, relative to the tensor's " +
      `largest value. NVIDIA's libraries compute with TF32, ten bits of each factor, for which ${tf32Tolerance} is allowed; ` +
      `what differs by more is verified again without TF32, within ${float32Tolerance}.`,
  },
  speed: {
    title: 'Speed',
    labels: ['app', 'backend'],
    columns: speedColumns,
    about: ({ preset }) =>
      `Whole iterations of the preset ${preset} after warming up, each backend in a process of its own: the median of up to ten ` +
      "measurements. Process memory is the process's peak; TensorFlow is told to take GPU memory as it needs it.",
  },
  choices: {
    title: 'Choices made on processors',
    labels: ['backend', 'app', 'choice'],
    columns: choiceColumns,
    about: ({ preset }) =>
      `Two processes in turns, whole iterations of the preset ${preset}: as it is now, and with one thing changed.`,
  },
};

/** Writes the page as Markdown. */
export function formatPage(content: PageContent): string {
  const machine = table(['machine', ''], content.facts);
  const parts = Object.entries(sections).map(([name, section]) => {
    const { title, labels, columns, about } = section;
    const rows = content.rows.filter((row) => row.section === name);
    const cells = rows.map(({ labels: own, cells, note }) => [
      ...own,
      ...(cells ?? columns.map(() => '–')),
      note,
    ]);
    return `## ${title}\n\n${about(content)}\n\n${table([...labels, ...columns, 'note'], cells)}`;
  });
  const took = `Made in ${formatDuration(content.seconds)} by \`npx nx run tools:gpu-check\`.`;
  return `${['# GPU check', took, machine, ...parts].join('\n\n')}\n`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}
