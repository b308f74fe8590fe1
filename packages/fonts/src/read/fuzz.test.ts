import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../fixtures/fuzzFonts.ts', import.meta.url));

it('reads or refuses damaged fonts of all kinds, in bounded time and memory', async () => {
  // In a process of its own, whose memory can be seen and which can be stopped if it hangs.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@gan-zoo/source', '--import', 'tsx', script, '40', '7'],
    { timeout: 55_000, killSignal: 'SIGKILL', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  const result = JSON.parse(stdout) as Record<string, number> & { faults: string[] };
  expect(stderr).toBe('');
  expect(result.faults).toEqual([]);
  expect(result['read']! + result['refused']!).toBe(6 * 40);
  expect(result['read']).toBeGreaterThan(30);
  expect(result['refused']).toBeGreaterThan(100);
  expect(result['glyphs']).toBeGreaterThan(1000);
  expect(result['maxMegabytes']).toBeLessThan(900);
});
