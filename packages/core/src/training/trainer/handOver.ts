/** Something large that is given away once, so that nobody who was on its way keeps it in memory. */
export interface HandOver<Value> {
  /** A look before it is taken. */
  readonly peek: () => Value;
  /** Gives it away for good. */
  readonly take: () => Value;
}

/** See {@link HandOver}. */
export function handOver<Value>(value: Value): HandOver<Value> {
  let held: { readonly value: Value } | undefined = { value };
  const peek = (): Value => {
    if (held === undefined) throw new Error('handOver: it was taken already');
    return held.value;
  };
  const take = (): Value => {
    const taken = peek();
    held = undefined;
    return taken;
  };
  return { peek, take };
}
