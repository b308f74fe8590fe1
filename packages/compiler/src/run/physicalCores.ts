import { availableParallelism, cpus } from 'node:os';
import { readFileSync } from 'node:fs';

/**
 * The number of physical cores this process may use: hyper-threads share the arithmetic units, so
 * that a second thread on a core only gets in the way of a matrix product.
 */
export function physicalCores(): number {
  const available = availableParallelism();
  if (process.platform !== 'linux') return available;
  try {
    const cores = new Set<string>();
    for (let cpu = 0; cpu < cpus().length; cpu++) {
      const folder = `/sys/devices/system/cpu/cpu${cpu}/topology`;
      const read = (name: string): string => readFileSync(`${folder}/${name}`, 'utf8').trim();
      cores.add(`${read('physical_package_id')}:${read('core_id')}`);
    }
    return Math.max(1, Math.min(available, cores.size));
  } catch {
    return available;
  }
}
