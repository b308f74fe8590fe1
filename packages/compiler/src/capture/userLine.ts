/** Parts of a path that belong to tfjs or to the machinery between the user's line and a kernel. */
const machinery = [
  /[\\/]node_modules[\\/]/,
  // Where source maps lead from tfjs's bundle.
  /[\\/]tfjs-[a-z-]+[\\/](src|dist)[\\/]/,
  /^node:/,
  /[\\/]compiler[\\/](src|dist)[\\/](capture|gradients|run|shapes|compile\b|program\b)(?!.*\.test\.)/,
  /[\\/]core[\\/](src|dist)[\\/]gradients[\\/](?!.*\.test\.)/,
];

/** Makes an error whose stack is deep enough to reach the user's code through tfjs's frames. */
export function callSite(): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const site = new Error('call site');
  Error.stackTraceLimit = limit;
  return site;
}

/**
 * The line of the user's code that led to a kernel call, as `file:line:column`; `unknown line` when
 * no frame of the stack lies outside of tfjs and the compiler.
 */
export function userLine(site: Error): string {
  for (const frame of (site.stack ?? '').split('\n').slice(1)) {
    // "at name (file:line:column)" or "at file:line:column"; a folder's name may hold blanks.
    const location = /\((.+:\d+:\d+)\)$|^at (?:async )?(.+:\d+:\d+)$/.exec(frame.trim());
    if (location === null) continue;
    const file = (location[1] ?? location[2]!).replace(/^file:\/\//, '');
    if (!machinery.some((pattern) => pattern.test(file))) return file;
  }
  return 'unknown line';
}
