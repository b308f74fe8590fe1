import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** A folder of its own for one test. */
export interface TestFolder {
  readonly path: string;
  /** Writes a file below the folder and returns its path. */
  add(name: string, content: Uint8Array | string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes an empty folder for a test, among the system's temporary files. */
export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'gan-zoo-test-'));
  return {
    path,
    add: async (name, content) => {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** A picture of one colour, for {@link sharp} to write in any format. */
export const plain = (background: string, width = 32, height = width): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** A picture in which every pixel follows from its place and `seed`, as PNG. */
export function pattern(seed: number, size = 16): Promise<Buffer> {
  const data = Uint8Array.from(
    { length: size * size * 3 },
    (_, at) => (Math.imul(at + 1, 2654435761 + seed * 40503) >>> 13) & 255,
  );
  return sharp(data, { raw: { width: size, height: size, channels: 3 } })
    .png()
    .toBuffer();
}
