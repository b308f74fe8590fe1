import { appendFileSync } from 'node:fs';

// Loaded into a training with --import: writes what the process holds, once a second.
const path = process.env['GAN_ZOO_MEMORY_LOG'];
const began = performance.now();
if (path !== undefined) {
  setInterval(() => {
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const seconds = (performance.now() - began) / 1000;
    const sample = { seconds, rss, heapUsed, external, arrayBuffers };
    appendFileSync(path, `${JSON.stringify(sample)}\n`);
  }, 1000).unref();
}
