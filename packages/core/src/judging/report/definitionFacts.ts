import type { AnyGanDefinition } from '../../gan/definition/definition.ts';
import type { RunReportOptions } from './html/index.ts';

/** What an app's definition adds to a run's page: its options, plots, columns and commands. */
export function definitionFacts(definition: AnyGanDefinition): RunReportOptions {
  const { schema, presets, plots, sample } = definition;
  return {
    source: { schema, presets },
    plots,
    columns: Object.fromEntries(
      sample.grids.map(({ label = '', columns }) => [label, columns] as const),
    ),
    uses: usesOf(definition),
  };
}

/** The usual commands for a trained network: translation of given pictures, or drawing new ones. */
function usesOf({ sample: { fakes, grids } }: AnyGanDefinition): string[] {
  const translated = fakes.filter(({ from }) => from !== undefined);
  if (translated.length === 0) return ['generate --out pictures.png'];
  return translated.map(({ name }) => {
    const label = grids.find(({ columns }) => columns.includes(name))?.label;
    const direction = label === undefined ? '' : ` --direction ${label}`;
    return `translate${direction} --input pictures --out translated`;
  });
}
