import type { MetricsRecord, RunFolder } from '../../training/run/index.ts';
import type {
  ObserverFactory,
  ObserverPlace,
  TrainObserver,
} from '../../training/trainer/observer.ts';
import { continueDiagnosis } from './continueDiagnosis.ts';
import { createJudge } from './createJudge.ts';
import type { Finding, FindingEvent } from './finding.ts';
import { appendFindingEvents, findingsPath } from './findingsFile.ts';
import { formatEvent, formatSummary } from './formatFindings.ts';
import { nonFiniteMetric, nonFiniteWeight } from './measures/finite.ts';
import { firstPictures, measureLook, type Look } from './measureLook.ts';

/**
 * The doctor: measures the samples whenever they are drawn, follows losses, verdicts and measures,
 * writes `findings.jsonl` and says in words what is wrong and what to change.
 */
export const doctorObserver: ObserverFactory = {
  name: 'doctor',
  create: (place) => createDoctorObserver(place),
};

/** The doctor's ears and hands in the training loop. */
export interface DoctorObserver extends TrainObserver {
  /** When a metric or weight became NaN or infinite, which ends the training or takes it back. */
  diverged(event: {
    readonly step: number;
    /** The metric, or the path of the weight. */
    readonly quantity: string;
    readonly value: number;
  }): void;
}

/**
 * Makes the doctor of a training. Its findings depend on `metrics.jsonl` alone, which it reads
 * first: after a resume it knows what it knew. Only the thumbnails of the last look are remembered
 * in the checkpoint.
 */
export async function createDoctorObserver(place: ObserverPlace): Promise<DoctorObserver> {
  const { definition, config, run, tools, log } = place;
  const diagnosis = await continueDiagnosis(place);
  const references = await definition.references(config, tools);
  const real = Object.fromEntries(
    Object.entries(references).map(([name, { training }]) => [name, firstPictures(training)]),
  );
  const judges = definition.discriminators.map((each) => createJudge(place, each, references));
  let look = place.remembered as Look | undefined;
  const observe = (record: MetricsRecord): void => report(diagnosis.observe(record), run, log);
  const observeNonFinite = (step: number, found: { name: string; value: number } | undefined) => {
    if (found !== undefined) observe({ step, [found.name]: found.value });
  };
  return {
    step: ({ step, metrics }) => observeNonFinite(step, nonFiniteMetric(metrics)),
    diverged: ({ step, quantity, value }) => observe({ step, [quantity]: value }),
    logged: observe,
    drawn: async (event) => {
      observeNonFinite(event.step, nonFiniteWeight(event.state));
      const { step, images } = event;
      const measured = measureLook({
        ...{ step, images, real, before: look },
        fakes: definition.sample.fakes,
      });
      look = measured.look;
      const verdicts: Record<string, number>[] = [];
      for (const judge of judges) verdicts.push(await judge(event));
      return Object.assign({}, measured.measures, ...verdicts) as Record<string, number>;
    },
    ended: ({ step }) => conclude(diagnosis.findings(), place, step),
    remember: () => look,
  };
}

/** Notes how long findings have lasted, which only the diagnosis knew, and sums them up. */
function conclude(
  findings: readonly Finding[],
  { run, log }: Pick<ObserverPlace, 'run' | 'log'>,
  step: number,
): readonly string[] {
  const lasting = findings.filter(
    ({ status, raisedStep, lastStep }) => status === 'active' && lastStep > raisedStep,
  );
  appendFindingEvents(
    run,
    lasting.map((finding) => ({ event: 'updated', step, finding })),
  );
  for (const line of formatSummary(findings)) log(line);
  return findings.length === 0 ? [] : [findingsPath(run)];
}

function report(events: readonly FindingEvent[], run: RunFolder, log: (line: string) => void) {
  appendFindingEvents(run, events);
  for (const event of events) {
    for (const line of formatEvent(event)) log(line);
  }
}
