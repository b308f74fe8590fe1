import { formatBytes } from '../../../base/console/format.ts';
import { findingTitles, type Finding } from '../../doctor/finding.ts';
import type { MachineFacts, RunConfig } from '../../../training/run/index.ts';
import { valueText, type ConfigRow } from './configRows.ts';
import { html, type SafeHtml } from './html.ts';
import { nameInWords, numberText, timeText } from '../../../base/console/numberText.ts';
import type { RunContent } from './readRun.ts';

/** What the doctor noticed, what is still there first; nothing when nobody looked. */
export function findingsSection(findings: readonly Finding[] | undefined): SafeHtml {
  if (findings === undefined) return html``;
  if (findings.length === 0) {
    return html`<section>
      <h2>Doctor</h2>
      <p class="card good">Healthy: nothing was found.</p>
    </section>`;
  }
  const isActive = ({ status }: Finding): boolean => status === 'active';
  const sorted = [...findings.filter(isActive), ...findings.filter((one) => !isActive(one))];
  return html`<section>
    <h2>Doctor</h2>
    ${sorted.map(findingCard)}
  </section>`;
}

function findingCard(finding: Finding): SafeHtml {
  const { kind, subject, severity, status, firstStep, lastStep, explanation, suggestion } = finding;
  const span =
    firstStep === lastStep
      ? `step ${numberText(firstStep)}`
      : `steps ${numberText(firstStep)} to ${numberText(lastStep)}`;
  const isPassed = status === 'resolved';
  return html`<article class="card finding ${isPassed ? 'passed' : severity}">
    <h3>${findingTitles[kind]}</h3>
    <p class="quiet">
      ${severity}${subject !== 'training' && ` in ${nameInWords(subject)}`}, ${span},
      ${isPassed ? 'has passed' : 'still there'}
    </p>
    <p>${explanation}</p>
    ${!isPassed && html`<p><b>Try:</b> ${suggestion}</p>`}
  </article>`;
}

/** What is kept of the run, and how to go on with it. */
export function checkpointsSection({ checkpoints, commands }: RunContent): SafeHtml {
  return html`<section>
    <h2>Checkpoints</h2>
    <div class="card">
      ${
        checkpoints.length === 0
          ? html`<p>None yet.</p>`
          : html`<table>
              <tr>
                <th>step</th>
                <th>file</th>
                <th class="number">size</th>
                <th>saved</th>
              </tr>
              ${checkpoints.map(
                ({ step, file, bytes, savedAt, isBest }) =>
                  html`<tr>
                    <td>
                      ${numberText(step)}
                      ${isBest && html`<span class="badge finished">best</span>`}
                    </td>
                    <td><code>${file}</code></td>
                    <td class="number whole">${formatBytes(bytes)}</td>
                    <td>${timeText(savedAt)}</td>
                  </tr>`,
              )}
            </table>`
      }
      ${commands.map(
        ({ what, command }) =>
          html`<p class="command">${what}</p>
            <pre><code>${command}</code></pre>`,
      )}
    </div>
  </section>`;
}

/** All options, those that were changed first and in sight. */
export function configSection(rows: readonly ConfigRow[], facts: RunConfig): SafeHtml {
  const { preset, resumes = [] } = facts;
  const changed = rows.filter(({ changedBy }) => changedBy !== undefined);
  const isMarked = rows.some(({ defaultText }) => defaultText !== '');
  const all = configTable(rows, preset, isMarked);
  return html`<section>
    <h2>Options</h2>
    <div class="card">
      ${
        isMarked
          ? html`${
                changed.length === 0
                  ? html`<p>All options have their default values.</p>`
                  : html`<p>${changed.length} of ${rows.length} differ from the app's defaults:</p>
                      ${configTable(changed, preset, true)}`
              }
              <details>
                <summary>All ${rows.length} options</summary>
                ${all}
              </details>`
          : all
      }
      ${resumes.map(resumeText)}
    </div>
  </section>`;
}

function resumeText({ at, step, changes }: NonNullable<RunConfig['resumes']>[number]): SafeHtml {
  const texts = Object.entries(changes).map(
    ([name, [before, after]]) => `${name} from ${valueText(before)} to ${valueText(after)}`,
  );
  return html`<p class="quiet">
    Resumed at step ${numberText(step)} on ${timeText(new Date(at))} with ${texts.join(', ')}.
  </p>`;
}

function configTable(rows: readonly ConfigRow[], preset: string | null, isMarked: boolean) {
  const origin = { preset: `preset ${preset ?? ''}`, hand: 'given' };
  return html`<table class="options">
    <tr>
      <th>option</th>
      <th>value</th>
      ${isMarked && html`<th class="desk">default</th>`}
    </tr>
    ${rows.map(
      ({ name, description, value, defaultText, changedBy }) =>
        html`<tr ${changedBy !== undefined && html`class="changed"`}>
          <td>
            <code>${name}</code>
            ${description !== '' && html`<small>${description}</small>`}
          </td>
          <td>
            ${value} ${changedBy && html`<small>${origin[changedBy]}</small>`}
            ${isMarked && html`<small class="phone">default: ${defaultText}</small>`}
          </td>
          ${isMarked && html`<td class="quiet desk">${defaultText}</td>`}
        </tr>`,
    )}
  </table>`;
}

/** What the result may depend on. */
export function machineSection(machine: MachineFacts): SafeHtml {
  const { cpu, cores, memoryBytes, platform, node, backend, threads, packages } = machine;
  const rows: [string, string | number | undefined][] = [
    ['processor', `${cpu}, ${cores} cores`],
    ['memory', formatBytes(memoryBytes)],
    ['system', platform],
    ['Node.js', node],
    ['backend', backend],
    ['threads', threads],
    ...Object.entries(packages),
  ];
  return html`<section>
    <h2>Machine</h2>
    <div class="card">
      <table>
        ${rows
          .filter(([, value]) => value !== undefined)
          .map(
            ([name, value]) =>
              html`<tr>
                <td>${name}</td>
                <td>${value}</td>
              </tr>`,
          )}
      </table>
    </div>
  </section>`;
}
