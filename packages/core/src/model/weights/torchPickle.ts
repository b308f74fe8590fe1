import { UserError } from '@gan-zoo/compiler';
import { BufferReader, Parser } from 'pickleparser';
import type { StoredDtype } from './storedDtypes.ts';
import { TorchStorage, TorchTensor } from './torchValues.ts';
import type { FileContext } from './weightFileErrors.ts';
import { badFile } from './weightFileErrors.ts';

/** The value types of PyTorch's storages that {@link readPickle} accepts. */
const STORAGES: Readonly<Record<string, StoredDtype>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** A global of the allow-list; it builds plain values and never looks anything up. */
type Builder = (...args: unknown[]) => unknown;

/** pickleparser's reader; a negative length would send it back and round forever. */
class ForwardReader extends BufferReader {
  override skip(length: number): void {
    if (!(length >= 0)) throw new Error(`expected a length from 0, received ${length}`);
    super.skip(length);
  }
}

/** Reads one pickle after the other from the same bytes. */
export interface PickleReader {
  readonly next: () => unknown;
  /** The byte after the last pickle that was read. */
  readonly position: () => number;
  /** The storages that the pickles mention, by key. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/**
 * Reads pickles of PyTorch without executing anything: dictionaries become Maps, lists and tuples
 * arrays, tensors {@link TorchTensor}. Only the globals that describe tensors are allowed.
 *
 * @param bytes one pickle or several in a row
 * @throws UserError (from `next`) that names a global outside of the allow-list, or says that the
 *   pickle is damaged
 */
export function readPickle(bytes: Uint8Array, context: FileContext): PickleReader {
  const reader = new ForwardReader(bytes);
  const storages = new Map<string, TorchStorage>();
  const parser = makeParser(makeBuilders(), storages, context);
  const next = (): unknown => {
    try {
      return parser.read(reader);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw badFile(context, `the pickle inside is damaged (${(error as Error).message})`);
    }
  };
  return { next, position: () => reader.position, storages };
}

function makeParser(
  builders: ReadonlyMap<string, Builder>,
  storages: Map<string, TorchStorage>,
  context: FileContext,
): Parser {
  return new Parser({
    unpicklingTypeOfDictionary: 'Map',
    nameResolver: {
      resolve: (module, name) => {
        const builder = builders.get(`${module}.${name}`);
        if (builder === undefined) throw forbidden(`${module}.${name}`, context);
        return builder;
      },
    },
    persistentResolver: {
      resolve: (pid: unknown) => {
        const storage = makeStorage(pid);
        storages.set(storage.key, storage);
        return storage;
      },
    },
  });
}

/** Made anew for every file and frozen, so that no pickle can leave anything behind in them. */
function makeBuilders(): ReadonlyMap<string, Builder> {
  const rebuild: Builder = (storage, offset, shape, strides) => {
    if (!(storage instanceof TorchStorage)) throw new Error('a tensor without a storage');
    return new TorchTensor(storage, count(offset), counts(shape), counts(strides));
  };
  const builders = new Map<string, Builder>([
    ['collections.OrderedDict', (pairs = []) => new Map(pairs as [unknown, unknown][])],
    ['torch.Size', (extents) => counts(extents)],
    ['torch.device', (...parts) => parts.join(':')],
    ['torch._utils._rebuild_tensor', rebuild],
    ['torch._utils._rebuild_tensor_v2', (...args) => rebuild(...withoutFlags(args))],
    ['torch._utils._rebuild_parameter', (tensor) => tensor],
    ['torch._utils._rebuild_parameter_with_state', (tensor) => tensor],
  ]);
  for (const [name, dtype] of Object.entries(STORAGES)) builders.set(`torch.${name}`, () => dtype);
  for (const builder of builders.values()) Object.freeze(builder);
  return builders;
}

/** The seventh argument marks tensors whose sign or imaginary part is still to be turned. */
function withoutFlags(args: unknown[]): unknown[] {
  const flags = args[6];
  if (flags instanceof Map && flags.size > 0) throw new Error('a lazily negated or conjugated one');
  return args;
}

/** `('storage', type, key, location, length[, (viewKey, offset, length)])` → a storage. */
function makeStorage(pid: unknown): TorchStorage {
  if (!Array.isArray(pid) || pid[0] !== 'storage') throw new Error('an unknown kind of reference');
  const [, type, key, , length, view] = pid as unknown[];
  if (typeof type !== 'function' || typeof key !== 'string') {
    throw new Error('a storage without a type or key');
  }
  const dtype = (type as Builder)() as StoredDtype;
  if (!Object.values(STORAGES).includes(dtype)) throw new Error('a storage of no known type');
  const offset = Array.isArray(view) ? count(view[1]) : 0;
  return new TorchStorage(dtype, key, count(length), offset);
}

function count(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Error(`expected a whole number from 0, received ${String(value)}`);
}

function counts(value: unknown): number[] {
  if (!Array.isArray(value)) throw new Error('expected a tuple of whole numbers');
  return value.map(count);
}

function forbidden(global: string, context: FileContext): UserError {
  return new UserError(
    `${context.file}: expected weights only, received a pickle that wants to call "${global}". ` +
      `Nothing was executed. If you trust the file, load it in PyTorch and save the weights ` +
      `alone: torch.save(model.state_dict(), path).`,
  );
}
