import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostTensor } from '@gan-zoo/compiler';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadWeights } from './loadWeights.ts';
import { encodeSafetensors, writeSafetensors } from './safetensors.ts';
import { readTorchWeights } from './torchWeights.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

it('recognises files by content, whatever they are called', async () => {
  const tensors = await readTorchWeights(fixture('stateDict.pth'));
  for (const name of ['stateDict.pth', 'stateDictLegacy.pth']) {
    const path = join(folder, 'weights.safetensors');
    await copyFile(fixture(name), path);
    expect(await loadWeights(path)).toEqual({ tensors, metadata: {} });
  }
  const path = join(folder, 'weights.pth');
  await writeSafetensors(path, tensors, { format: 'pt' });
  expect(await loadWeights(path)).toEqual({ tensors, metadata: { format: 'pt' } });
});

it('reads one section of a file of several networks', async () => {
  const [first, second] = [hostTensor([1], [1]), hostTensor([1], [2])];
  const path = join(folder, 'several.safetensors');
  await writeSafetensors(path, { 'generator.w': first, 'generatorOptimizer.w': second, w: second });
  const load = async (section?: string) => (await loadWeights(path, { section })).tensors;
  expect(await load('generator')).toEqual({ w: first });
  expect(Object.keys(await load())).toEqual(['generator.w', 'generatorOptimizer.w', 'w']);
  expect(await load('discriminator')).toEqual(await load());
  const torch = await loadWeights(fixture('several.pth'), { section: 'discriminator' });
  expect(Object.keys(torch.tensors)).toEqual(['weight', 'bias']);
});

it.each([
  ['', 'an empty file'],
  ['\n<!DOCTYPE html><html>', 'a web page: the download did not reach the file'],
  ['version https://git-lfs.github.com/spec/v1\n', 'a Git LFS pointer: fetch the file itself'],
  [Buffer.from([0x80, 4, 0x95]), 'a plain pickle, which torch.save does not write'],
  [Buffer.from('\x89HDF\r\n', 'latin1'), 'an HDF5 file: save the weights as safetensors or'],
  ['weights', 'something else.'],
])('says what stands in place of weights: %o', async (content, received) => {
  const path = join(folder, 'mistake');
  await writeFile(path, content);
  await expect(loadWeights(path)).rejects.toThrow(
    `${path}: expected weights as safetensors or of torch.save, received ${received}`,
  );
});

it('names a file that cannot be read, and a damaged one', async () => {
  const missing = join(folder, 'missing.pth');
  await expect(loadWeights(missing)).rejects.toThrow(`${missing}: could not read the file: not f`);
  await expect(loadWeights(folder)).rejects.toThrow(
    `${folder}: could not read the file: it is a folder`,
  );
  const cut = join(folder, 'cut.safetensors');
  await writeFile(cut, encodeSafetensors({ w: hostTensor([4]) }).subarray(0, -1));
  await expect(loadWeights(cut)).rejects.toThrow(`${cut}: the file is cut short: expected 16 byt`);
  const cutTorch = join(folder, 'cut.pth');
  await writeFile(cutTorch, (await readFile(fixture('stateDict.pth'))).subarray(0, -30));
  await expect(loadWeights(cutTorch)).rejects.toThrow(`${cutTorch}: the file is damaged (invalid`);
});
