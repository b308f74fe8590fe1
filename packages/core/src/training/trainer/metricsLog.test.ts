import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMetrics } from '../run/index.ts';
import { openMetricsLog } from './metricsLog.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gan-zoo-metrics-log-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('shows every line to other processes at once, long before a checkpoint', async () => {
  const path = join(folder, 'metrics.jsonl');
  const position = { metricsRecords: 0, pendingMetrics: {}, loggedMetrics: {} };
  const log = await openMetricsLog({ path, position, startStep: 0, batchSize: 8 });
  log.add({ loss: 1 });
  log.add({ loss: 3 });
  log.write({ step: 2, epoch: 0, means: true, measured: {} });
  const { records } = await readMetrics(path);
  log.close();
  expect(records).toMatchObject([{ step: 2, loss: 2 }]);
});
