import { open } from 'node:fs/promises';
import { UserError } from '@gan-zoo/compiler';
import { pickSection } from './pickSection.ts';
import type { NamedTensors } from './safetensors.ts';
import { readTensors } from './safetensors.ts';
import { withSafetensorsFile } from './safetensorsFile.ts';
import { isLegacyTorch, isZip } from './torchContainer.ts';
import { readTorchWeights } from './torchWeights.ts';
import { readingError, weightFile } from './weightFileErrors.ts';

/** Bytes that tell every format apart. */
const START_BYTES = 64;

/** Starts of files that stand where weights should, and what to say about them. */
const MISTAKES: readonly (readonly [start: RegExp | string, received: string])[] = [
  [/^$/, 'an empty file'],
  [/^\s*<(!doctype|html|\?xml)/i, 'a web page: the download did not reach the file'],
  ['version https://git-lfs', 'a Git LFS pointer: fetch the file itself with "git lfs pull"'],
  ['\x80', 'a plain pickle, which torch.save does not write'],
  ['\x89HDF', 'an HDF5 file: save the weights as safetensors or with torch.save'],
];

/**
 * Reads weights from a safetensors file or a file of PyTorch's `torch.save`, recognised by content
 * and not by extension. Nothing in the file is executed. See {@link readTorchWeights} for where
 * the weights of a PyTorch file are looked for.
 *
 * @param path the file
 * @param options.section one network of a file of several, such as `generator` of a checkpoint:
 *   reads only the names that begin with `generator.`, without that prefix; a file that has no
 *   such names is taken as a whole
 * @returns tensors by name; metadata of a safetensors file, otherwise empty
 * @throws UserError when the file cannot be read, is damaged, or is something else
 */
export async function loadWeights(
  path: string,
  options: { readonly section?: string | undefined } = {},
): Promise<NamedTensors> {
  const start = await readStart(path);
  if (isZip(start) || isLegacyTorch(start)) {
    return { tensors: await readTorchWeights(path, options.section), metadata: {} };
  }
  if (start[8] !== '{'.charCodeAt(0)) throw unknownFormat(path, start);
  return await withSafetensorsFile(weightFile(path), async (file) => {
    const { metadata, tensors } = file.header;
    const rename = pickSection(
      tensors.map(({ name }) => name),
      options.section,
    );
    return { tensors: await readTensors(file, path, rename), metadata };
  });
}

async function readStart(path: string): Promise<Uint8Array> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(START_BYTES));
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readingError(path, error);
  }
}

function unknownFormat(path: string, start: Uint8Array): UserError {
  const text = Buffer.from(start).toString('latin1');
  const mistake = MISTAKES.find(([begin]) =>
    typeof begin === 'string' ? text.startsWith(begin) : begin.test(text),
  );
  const received = mistake?.[1] ?? 'something else';
  return new UserError(
    `${path}: expected weights as safetensors or of torch.save, received ${received}.`,
  );
}
