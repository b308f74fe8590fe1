import { runChild } from './runChild.ts';

/** One GPU, as its driver tells. */
export interface NvidiaGpu {
  readonly name: string;
  readonly driver: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
}

const mebibyte = 2 ** 20;

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));

/** Reads `--query-gpu=name,driver_version,memory.total,memory.used --format=csv,noheader,nounits`. */
export const parseGpus = (text: string): NvidiaGpu[] =>
  linesOf(text).flatMap(([name = '', driver = '', total, used]) =>
    Number.isNaN(Number(total ?? NaN))
      ? []
      : [
          {
            ...{ name, driver },
            totalBytes: Number(total) * mebibyte,
            usedBytes: Number(used) * mebibyte,
          },
        ],
  );

/** Reads `--query-compute-apps=pid,used_memory --format=csv,noheader,nounits`: bytes by process. */
export const parseProcesses = (text: string): ReadonlyMap<number, number> =>
  new Map(
    linesOf(text)
      .map(([pid, used]) => [Number(pid), Number(used ?? NaN) * mebibyte] as const)
      .filter(([, bytes]) => !Number.isNaN(bytes)),
  );

/** The newest CUDA that the driver supports, from the head of `nvidia-smi`'s table. */
export const parseCudaVersion = (text: string): string | undefined =>
  /CUDA[\w ]* Version: ([\d.]+)/.exec(text)?.[1];

/** Asks nvidia-smi; an empty text where it is missing or fails. */
export async function askNvidiaSmi(...words: string[]): Promise<string> {
  try {
    const end = await runChild(
      { command: 'nvidia-smi', words },
      { signal: AbortSignal.timeout(10_000) },
    );
    return end.code === 0 ? end.stdout : '';
  } catch {
    return '';
  }
}

const format = '--format=csv,noheader,nounits';

/** The machine's NVIDIA GPUs; none without a driver. */
export const findGpus = async (): Promise<NvidiaGpu[]> =>
  parseGpus(await askNvidiaSmi('--query-gpu=name,driver_version,memory.total,memory.used', format));

/**
 * GPU memory of a process. Where the driver does not list it, as in many containers, what all
 * processes hold more than before.
 *
 * @param usedBefore bytes in use on the first GPU before the process began
 * @returns undefined without a GPU
 */
export async function processGpuBytes(
  pid: number,
  usedBefore: number,
): Promise<number | undefined> {
  const processes = parseProcesses(
    await askNvidiaSmi('--query-compute-apps=pid,used_memory', format),
  );
  const own = processes.get(pid);
  if (own !== undefined) return own;
  const used = (await findGpus())[0]?.usedBytes;
  return used === undefined ? undefined : Math.max(0, used - usedBefore);
}
