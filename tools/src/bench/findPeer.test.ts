import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findPeer } from './findPeer.ts';

// A machine without either peer.
vi.mock('@gan-zoo/compiler', async (original) => ({
  ...(await original<object>()),
  findTensorFlowBinding: () => undefined,
}));
vi.mock(import('./findTorch.ts'), async (original) => ({
  ...(await original()),
  findTorch: () => undefined,
}));

const hello = { name: 'walker', engine: 'legs', threads: 1, kinds: [], config: { batchSize: 2 } };
const app = { app: 'anime-dcgan', preset: 'small', threads: 1 };
const log: string[] = [];
const context = {
  log: (line: string) => void log.push(line),
  signal: new AbortController().signal,
};

beforeEach(() => {
  log.length = 0;
});

describe('findPeer', () => {
  it('looks for none when none is asked for', async () => {
    expect(await findPeer({ peer: 'none', hello, app }, context)).toBeUndefined();
    expect(log).toEqual([]);
  });

  it('says why there is none, and refuses when it was named', async () => {
    expect(await findPeer({ peer: 'auto', hello, app }, context)).toBeUndefined();
    expect(log).toEqual(['No peer: walker has no steps in PyTorch.']);
    await expect(findPeer({ peer: 'torch', hello, app }, context)).rejects.toThrow(
      /^--peer torch: walker has no steps in PyTorch\.$/,
    );
  });

  it('says how to install PyTorch', async () => {
    const peer = findPeer({ peer: 'torch', hello: { ...hello, peerScript: 'x.py' }, app }, context);
    await expect(peer).rejects.toThrow(
      '--peer torch: PyTorch is not installed. To compare with it: "pip install torch" in a virtual ' +
        'environment whose bin folder is the first on PATH.',
    );
  });

  it('says how to install TensorFlow', async () => {
    await expect(findPeer({ peer: 'tfjs-node', hello, app }, context)).rejects.toThrow(
      '--peer tfjs-node: tfjs-node\'s TensorFlow is not installed. Install it with "npm run gpu" in ' +
        'the workspace.',
    );
  });
});
