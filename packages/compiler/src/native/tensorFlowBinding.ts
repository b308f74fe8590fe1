import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  bindingFile,
  hasNvidiaDriver,
  installedFolder,
  type NativeComponent,
} from './nativeLibraries.ts';

const require = createRequire(import.meta.url);

/** Where the binding lies that loading tfjs-node would load; undefined where there is none. */
export function findTensorFlowBinding(): string | undefined {
  const components: NativeComponent[] = hasNvidiaDriver()
    ? ['tensorflow-cuda', 'tensorflow-cpu']
    : ['tensorflow-cpu', 'tensorflow-cuda'];
  for (const component of components) {
    const folder = installedFolder(component);
    if (folder !== undefined) return join(folder, bindingFile);
  }
  try {
    const beside = bindingBesidePackage();
    return existsSync(beside) ? beside : undefined;
  } catch {
    return undefined;
  }
}

/** What tfjs-node asks for the path of its binding. */
interface BindingFinder {
  find(packageJson: string): string;
}

const tfjsNodePackage = (): string => require.resolve('@tensorflow/tfjs-node-gpu/package.json');

const bindingFinder = (): BindingFinder =>
  createRequire(tfjsNodePackage())('@mapbox/node-pre-gyp/lib/pre-binding.js') as BindingFinder;

const bindingBesidePackage = (): string => bindingFinder().find(tfjsNodePackage());

/** Answers tfjs-node's question for its binding with ours, where there is one. */
export function useFoundBinding(): void {
  const binding = findTensorFlowBinding();
  if (binding === undefined) return;
  const finder = bindingFinder();
  const find = finder.find.bind(finder);
  const package_ = tfjsNodePackage();
  finder.find = (path) => (join(path) === package_ ? binding : find(path));
}
