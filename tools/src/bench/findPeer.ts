import { findTensorFlowBinding } from '@gan-zoo/compiler';
import { UserError, type BenchHello, type CommandContext } from '@gan-zoo/core';
import { findTorch, torchHint } from './findTorch.ts';
import { startMeasured, type ProgramCall } from './measuredProcess.ts';
import { tfjsNodeCall, torchCall, type AppOptions } from './programs.ts';

/** Values of `--peer`. */
export const peerNames = ['auto', 'torch', 'tfjs-node', 'none'] as const;

/** What an app's steps are compared with. */
export interface Peer {
  /** For the table's headings. */
  readonly name: string;
  /** What computes, with its version. */
  readonly engine: string;
  /** Starts the same step for a batch of so many pictures. */
  call(batchSize: number): ProgramCall;
}

/** What decides on the peer. */
export interface PeerOptions {
  readonly peer: (typeof peerNames)[number];
  /** The app's own words about the steps. */
  readonly hello: BenchHello;
  /** The app's options, as ours is started with them. */
  readonly app: Omit<AppOptions, 'backend' | 'batchSize'>;
}

/**
 * Finds the peer that was asked for; with `auto` PyTorch if it is there, and if it is not, a word why.
 *
 * @throws UserError when a peer that was named is missing, with what to install
 */
export async function findPeer(
  { peer, hello, app }: PeerOptions,
  context: Pick<CommandContext, 'log' | 'signal'>,
): Promise<Peer | undefined> {
  if (peer === 'none') return undefined;
  const found = peer === 'tfjs-node' ? tfjsNodePeer(app) : torchPeer(hello, app.threads);
  const peerOrFault =
    typeof found === 'string' ? found : await greetPeer(found, hello, context.signal);
  if (typeof peerOrFault !== 'string') {
    context.log(`Peer: ${peerOrFault.engine}, ${app.threads} threads`);
    return peerOrFault;
  }
  if (peer !== 'auto') throw new UserError(`--peer ${peer}: ${peerOrFault}`);
  context.log(`No peer: ${peerOrFault}`);
  return undefined;
}

/** Asks a program who it is, and lets it go. */
export async function greet<Hello = BenchHello>(
  call: ProgramCall,
  signal: AbortSignal,
): Promise<Hello> {
  const program = await startMeasured<Hello>(call, signal);
  await program.close();
  return program.hello;
}

type UnknownPeer = Omit<Peer, 'engine'>;

/** Lets the peer tell its engine; a fault in words when it is not worth comparing with. */
async function greetPeer(
  peer: UnknownPeer,
  { config }: BenchHello,
  signal: AbortSignal,
): Promise<Peer | string> {
  const call = peer.call(config['batchSize'] as number);
  const { engine, blas } = await greet<BenchHello & { readonly blas?: string }>(call, signal);
  return blas === 'generic'
    ? `${engine} is slow without a fast BLAS. To compare with it: ${torchHint}.`
    : { ...peer, engine };
}

function torchPeer({ name, peerScript, config }: BenchHello, threads: number) {
  if (peerScript === undefined) return `${name} has no steps in PyTorch.`;
  const python = findTorch();
  if (python === undefined) {
    return `PyTorch is not installed. To compare with it: ${torchHint}.`;
  }
  return {
    name: 'PyTorch',
    call: (batchSize: number) => torchCall(python, peerScript, { ...config, batchSize }, threads),
  } satisfies UnknownPeer;
}

function tfjsNodePeer(app: PeerOptions['app']): UnknownPeer | string {
  if (findTensorFlowBinding() === undefined) {
    return 'tfjs-node\'s TensorFlow is not installed. Install it with "npm run gpu" in the workspace.';
  }
  return { name: 'tfjs-node', call: (batchSize) => tfjsNodeCall({ ...app, batchSize }) };
}
