import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Finding } from '../../doctor/finding.ts';
import { appendFindingEvents } from '../../doctor/findingsFile.ts';
import {
  encodeMetrics,
  markBest,
  runFolderAt,
  writeRunConfig,
  type MetricsRecord,
  type RunFolder,
} from '../../../training/run/index.ts';
import { saveCheckpoint } from '../../../model/weights/index.ts';
import { createReportWriter, writeReport } from './writeReport.ts';

let root: string;
let run: RunFolder;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'report-'));
  run = runFolderAt(join(root, 'runs', 'my run'));
  mkdirSync(run.samples, { recursive: true });
  mkdirSync(run.checkpoints);
  await writeConfig();
});
afterEach(() => rmSync(root, { recursive: true }));

const writeConfig = (config: Record<string, unknown> = {}) =>
  writeRunConfig(run, {
    ...{ app: 'tiny-gan', version: '1.2.3', preset: 'small', backend: 'onnx-cpu', threads: 2 },
    config: {
      data: 'pictures',
      epochs: 3,
      batchSize: 16,
      note: '<script>alert("1")</script>',
      ...config,
    },
    now: new Date(Date.UTC(2030, 0, 31, 23, 5)),
  });

const writeMetrics = (records: readonly MetricsRecord[]): void =>
  writeFileSync(run.metrics, records.map((record) => `${encodeMetrics(record)}\n`).join(''));

const records = Array.from({ length: 10 }, (_, index) => ({
  ...{ step: 20 * (index + 1), epoch: Math.floor(index / 4), seconds: 7 * (index + 1) },
  ...{ imagesPerSecond: 300 + index, generatorLoss: 1 + index / 10, discriminatorLoss: 0.5 },
}));

const drawSample = async (step: number, label?: string): Promise<void> => {
  const background = { r: step % 256, g: 100, b: 50 };
  await sharp({ create: { width: 32, height: 16, channels: 3, background } })
    .png()
    .toFile(run.sample(step, label));
};

async function page(options: Parameters<typeof writeReport>[1] = {}): Promise<string> {
  return readFileSync(await writeReport(run, options), 'utf8');
}

/** The page's words, without markup, style and script. */
const words = (markup: string): string =>
  markup
    .replace(/<(style|script|svg)\b[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('writeReport', () => {
  it('says which run it is, how far it is and how fast', async () => {
    writeMetrics([...records, { step: 200, epoch: 2, seconds: 71, 'kid/fakeImages': 0.0812 }]);
    const text = words(await page());
    expect(text).toContain(
      'tiny-gan 1.2.3 my run stopped before its end preset small started 2030-01-31 23:05 UTC ' +
        'steps 200 epochs 2 training time 1 min 11 s images/s 305 generator loss 1.9 ' +
        'discriminator loss 0.5 kid/fake images 0.0812',
    );
  });

  it('asks no one for anything', async () => {
    writeMetrics(records);
    await drawSample(20);
    const markup = await page();
    expect(markup).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; img-src data:;`,
    );
    const links = [...markup.matchAll(/\b(?:src|href|xlink:href)="([^"]*)"/g)].map(
      ([, url]) => url!,
    );
    expect(links).toHaveLength(1);
    for (const url of links) expect(url).toMatch(/^data:image\/webp;base64,[\w+/=]+$/);
    expect(markup).not.toMatch(/@import|url\((?!#)|<link|https?:(?!\/\/www\.w3\.org)/);
  });

  it('closes all that it opens', async () => {
    writeMetrics([...records, { step: 200, 'diversity/fakeImages': 0.5 }]);
    await drawSample(20);
    await drawSample(40);
    const markup = (await page()).replace(/<(style|script)\b[^>]*>[\s\S]*?<\/\1>/g, '');
    const open: string[] = [];
    for (const [, slash, name, selfClosed] of markup.matchAll(
      /<(\/?)([a-z][\w]*)\b[^>]*?(\/?)>/gi,
    )) {
      if (['meta', 'img', 'input'].includes(name!) || selfClosed === '/') continue;
      if (slash === '') open.push(name!);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('escapes whatever the files say', async () => {
    const evil = '</script><img src=x onerror=alert(1)>';
    writeMetrics([{ step: 1, [evil]: 1, '"quoted"': 2 }]);
    mkdirSync(join(root, 'runs', evil.replaceAll('/', '_')));
    const markup = await page({ columns: { '': [evil, evil] }, uses: [`generate --out ${evil}`] });
    expect(markup).not.toContain('<img src=x');
    expect(markup).not.toContain('<script>alert');
    expect(markup).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;');
    expect(markup).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
  });

  it('shows grids of every label, the last one first, with a slider', async () => {
    for (const step of [0, 250, 1250]) await drawSample(step, 'a-to-b');
    await drawSample(250, 'b-to-a');
    writeFileSync(run.sample(500, 'b-to-a'), 'no picture');
    const markup = await page({ columns: { 'a-to-b': ['realA', 'fakeB'] } });
    const images = [...markup.matchAll(/<img\s[^>]*>/g)].map(([image]) => image);
    expect(images.map((image) => /alt="([^"]*)"/.exec(image)![1])).toEqual([
      'a-to-b that tiny-gan drew at step 0',
      'a-to-b that tiny-gan drew at step 250',
      'a-to-b that tiny-gan drew at step 1,250',
      'b-to-a that tiny-gan drew at step 250',
    ]);
    expect(images.map((image) => /\shidden\s/.test(image))).toEqual([true, true, false, false]);
    expect(words(markup)).toContain('a-to-b from left: real A, fake B step 1,250');
    // One grid needs no slider.
    expect(markup.match(/type="range"/g)).toHaveLength(1);
    expect(markup).toMatch(/max="2"\s+value="2"\s+aria-label="Step of a-to-b"/);
  });

  it('limits how many grids it shows, and how large', async () => {
    for (let step = 0; step < 70; step++) await drawSample(step);
    const create = { width: 1600, height: 400, channels: 3, background: 'red' } as const;
    await sharp({ create }).png().toFile(run.sample(70));
    const markup = await page();
    const steps = [...markup.matchAll(/data-step="(\d+)"/g)].map(([, step]) => Number(step));
    expect(steps).toEqual(Array.from({ length: 19 }, (_, index) => Math.min(70, 4 * index)));
    expect(markup).toMatch(/width="800"\s+height="200"\s+data-step="70"/);
  });

  it('encodes a grid again only when it has changed', async () => {
    await drawSample(20);
    const time = new Date(1_900_000_000_000);
    utimesSync(run.sample(20), time, time);
    const writer = createReportWriter(run);
    const sources = async () => {
      const markup = readFileSync(await writer.write(), 'utf8');
      return [...markup.matchAll(/src="([^"]*)"/g)].map(([, source]) => source);
    };
    const before = await sources();
    const { size } = statSync(run.sample(20));
    // Other content of the same size and age is not looked at.
    writeFileSync(run.sample(20), Buffer.alloc(size));
    utimesSync(run.sample(20), time, time);
    expect(await sources()).toEqual(before);
    utimesSync(run.sample(20), time, new Date(0));
    expect(await sources()).toEqual([]);
  });

  it("groups metrics as the app does, and the doctor's apart", async () => {
    writeMetrics([
      ...records,
      { step: 200, 'kid/a': 1, 'diversity/a': 1, realScoreA: 1, realScoreB: 1, memoryBytes: 8e8 },
    ]);
    const plots = [{ title: 'Adversaries', metrics: ['generatorLoss', 'missing'] }];
    const markup = await page({ plots });
    const titles = [...markup.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      'Adversaries',
      'Discriminator loss',
      'KID, lower is better',
      'Score',
      'Images per second',
      'Memory in MB',
      'Diversity/a',
    ]);
    const details = markup.slice(markup.indexOf('What the doctor measures'));
    expect(details).toContain('<h3>Diversity/a</h3>');
    expect(words(markup)).toContain('Memory in MB 800');
  });

  it("tells the doctor's findings, active ones first", async () => {
    expect(words(await page())).not.toContain('Doctor');
    writeFileSync(run.file('findings.jsonl'), '');
    expect(words(await page())).toContain('Doctor Healthy: nothing was found.');
    const finding: Finding = {
      ...{ id: 'a', kind: 'discriminatorTooStrong', subject: 'discriminator' },
      ...{ severity: 'warning', status: 'resolved', firstStep: 20, lastStep: 40, raisedStep: 40 },
      ...{ measured: {}, explanation: 'It always wins.', suggestion: 'Lower its rate.' },
    };
    const collapse: Finding = {
      ...{ ...finding, id: 'b', kind: 'modeCollapse', subject: 'fakeImages', severity: 'error' },
      ...{ status: 'active', lastStep: 1500, explanation: 'All < are alike.' },
    };
    appendFindingEvents(run, [
      { event: 'resolved', step: 40, finding },
      { event: 'raised', step: 40, finding: collapse },
    ]);
    expect(words(await page())).toContain(
      'Doctor Mode collapse error in fake images, steps 20 to 1,500, still there ' +
        'All &lt; are alike. Try: Lower its rate. ' +
        'Discriminator too strong warning in discriminator, steps 20 to 40, has passed ' +
        'It always wins.',
    );
  });

  it('marks options that differ from the defaults, and says who changed them', async () => {
    const schema = z.object({
      data: z.string().default('pictures').describe('Folder'),
      epochs: z.int().default(200).describe('Passes'),
      batchSize: z.int().default(64).meta({ description: 'Size', unit: 'images' }),
      threads: z.int().optional().meta({ description: 'Threads', defaultText: 'cores' }),
    });
    const presets = { small: { values: { batchSize: 16 } } };
    const text = words(await page({ source: { schema, presets } }));
    expect(text).toContain("2 of 5 differ from the app's defaults:");
    expect(text).toContain(
      '--epochs Passes 3 given default: 200 200 ' +
        '--batch-size Size 16 images preset small default: 64 images 64 images All 5 options',
    );
    expect(text).toContain('--threads Threads cores default: cores cores');
    expect(words(await page())).toContain('option value data pictures epochs 3 batchSize 16');
  });

  it('lists checkpoints, the best one also when its step has gone, and how to go on', async () => {
    const metadata = { app: 'tiny-gan', appVersion: '1', step: 0, epoch: 0, config: {} };
    for (const step of [10, 20, 1000]) {
      await saveCheckpoint(run.checkpoint(step), { state: {}, metadata: { ...metadata, step } });
    }
    await markBest(run, 20);
    const uses = ['generate --out pictures.png'];
    const text = words(await page({ workingFolder: root, uses }));
    expect(text).toMatch(/20 best step-0000020\.safetensors \d+ B .* 1,000 step-0001000/);
    expect(text).toContain(
      'Train on npx nx run tiny-gan:train -- --resume &#39;runs/my run&#39; ' +
        'Generate npx nx run tiny-gan:generate -- --run &#39;runs/my run&#39; --out pictures.png',
    );
    rmSync(run.checkpoint(20));
    expect(words(await page())).toMatch(/20 best best\.safetensors \d+ B/);
  });

  it.each([
    ['finished', { epochs: 2 }],
    ['finished', { steps: 200 }],
    ['finished', { minutes: 1.2 }],
    ['stopped before its end', { steps: 201, minutes: 2 }],
  ])('is %s with %o', async (state, config) => {
    await writeConfig(config);
    writeMetrics(records);
    expect(words(await page())).toContain(`my run ${state} preset`);
  });

  it('is training while a living process holds the lock', async () => {
    writeFileSync(run.lock, JSON.stringify({ pid: process.pid, host: hostname() }));
    expect(words(await page())).toContain('my run training preset');
    writeFileSync(run.lock, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    expect(words(await page())).toContain('my run stopped before its end preset');
    expect(words(await page({ state: 'interrupted' }))).toContain('my run interrupted preset');
  });

  it('gives the same bytes for the same files', async () => {
    writeMetrics(records);
    await drawSample(20);
    const now = new Date(0);
    expect(await page({ now })).toBe(await page({ now }));
  });

  it('needs a config and whole metrics', async () => {
    writeFileSync(run.metrics, 'nonsense\n');
    await expect(writeReport(run)).rejects.toThrow(
      /metrics\.jsonl, line 1: expected a JSON object/,
    );
    rmSync(run.config);
    await expect(writeReport(run)).rejects.toThrow(/^cannot read the run config /);
  });
});
