/**
 * What a game's state is called: `<turn>Optimizer`, and `<turn>Average` or, where a turn trains
 * several networks, `<turn>Averages` with a record of them by name.
 */
export const optimizerKey = (turn: string): string => `${turn}Optimizer`;

/** See {@link optimizerKey}. */
export const averageKey = (turn: string, trains: readonly string[]): string =>
  trains.length === 1 ? `${turn}Average` : `${turn}Averages`;

/** By network: the one value of a turn that trains one network, or the record of several. */
export const recordOf = <Value>(
  trains: readonly string[],
  stored: unknown,
): Readonly<Record<string, Value>> =>
  trains.length === 1
    ? { [trains[0]!]: stored as Value }
    : ((stored ?? {}) as Readonly<Record<string, Value>>);

/** The opposite of {@link recordOf}. */
export const valueOf = (
  trains: readonly string[],
  record: Readonly<Record<string, unknown>>,
): unknown => (trains.length === 1 ? record[trains[0]!] : record);
