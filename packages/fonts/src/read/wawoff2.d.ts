/** The parts of wawoff2 in use; the package has no types of its own. */
declare module 'wawoff2' {
  const wawoff2: {
    /** Unpacks woff2. The result is a view of the module's memory: the next call overwrites it. */
    decompress(bytes: Uint8Array): Promise<Uint8Array>;
    /** Packs a font as woff2; the result is such a view too. */
    compress(bytes: Uint8Array): Promise<Uint8Array>;
  };
  export default wawoff2;
}
