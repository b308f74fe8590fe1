/** Whose names the state calls what is remembered of networks by: see `Game.rememberedBy`. */
export type RememberedBy = 'turn' | 'network';

/** What is remembered of the networks that a turn trains. */
export type Remembered = 'Optimizer' | 'Average';

/** Which networks' memory is looked for. */
export interface TurnKey {
  readonly turn: string;
  readonly trains: readonly string[];
  readonly rememberedBy: RememberedBy;
}

/**
 * Reads what the state remembers of the networks of a turn, by network.
 *
 * By turn it is called `<turn>Optimizer` and `<turn>Average` or, where a turn trains several
 * networks, `<turn>Averages`, both then with a record by network. By network it is called
 * `<network>Optimizer` and `<network>Average`.
 */
export function readRemembered<Value>(
  { turn, trains, rememberedBy }: TurnKey,
  kind: Remembered,
  state: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Value | undefined>> {
  if (rememberedBy === 'network') {
    return Object.fromEntries(trains.map((name) => [name, state[`${name}${kind}`] as Value]));
  }
  const value = state[keyOf(turn, trains, kind)];
  return trains.length === 1
    ? { [trains[0]!]: value as Value }
    : ((value ?? {}) as Readonly<Record<string, Value>>);
}

/** The opposite of {@link readRemembered}: a part of the state, empty where there are no values. */
export function writeRemembered(
  { turn, trains, rememberedBy }: TurnKey,
  kind: Remembered,
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(values);
  if (entries.length === 0) return {};
  if (rememberedBy === 'network') {
    return Object.fromEntries(entries.map(([name, value]) => [`${name}${kind}`, value]));
  }
  return { [keyOf(turn, trains, kind)]: trains.length === 1 ? values[trains[0]!] : values };
}

const keyOf = (turn: string, trains: readonly string[], kind: Remembered): string =>
  kind === 'Average' && trains.length > 1 ? `${turn}Averages` : `${turn}${kind}`;
