import { UserError } from '@gan-zoo/core';

/** What {@link assertSystem} looks at. */
export interface SystemFacts {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Version of Node, `20.19.0`. */
  readonly node: string;
  /** Version of the GNU C library, `2.36`; undefined on a system with another one. */
  readonly glibc: string | undefined;
}

/** The facts of this process. */
export function systemFacts(): SystemFacts {
  const { header } = process.report.getReport() as unknown as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  const { platform, arch, versions } = process;
  return { platform, arch, node: versions.node, glibc: header.glibcVersionRuntime };
}

const oldestNode = 20;
const oldestGlibc = [2, 28] as const;

/** What there is instead, by system. */
const alternatives: Partial<Record<NodeJS.Platform, string>> = {
  darwin: '--backend onnx-coreml needs nothing',
  win32: '--backend onnx-dml needs nothing',
};

/**
 * Checks that PyPI's libraries of TensorFlow and CUDA, as they are arranged here, fit the system.
 *
 * @throws UserError otherwise, with what there is instead
 */
export function assertSystem({ platform, arch, node, glibc }: SystemFacts): void {
  if (platform !== 'linux' || arch !== 'x64') {
    const instead = alternatives[platform] ?? '--backend onnx-cpu needs nothing';
    throw new UserError(
      `gpu: expected Linux on x64, for which the libraries are arranged, received ${platform} on ${arch}. ` +
        `Here, ${instead}; npm run gpu -- --download tries the binary that tfjs-node offers.`,
    );
  }
  if (Number(node.split('.')[0]) < oldestNode) {
    throw new UserError(
      `gpu: expected Node ${oldestNode} or later, received ${node}. Install a later Node.`,
    );
  }
  const [major, minor] = (glibc ?? '0.0').split('.').map(Number) as [number, number];
  if (major > oldestGlibc[0] || (major === oldestGlibc[0] && minor >= oldestGlibc[1])) return;
  const received = glibc === undefined ? 'a system without it' : glibc;
  throw new UserError(
    `gpu: expected the GNU C library (glibc) ${oldestGlibc.join('.')} or later, received ${received}. ` +
      'Use a later system, such as Debian 10 or Ubuntu 20.04; --backend onnx-cpu needs nothing.',
  );
}
