/** Parts of a path that belong to tfjs or to the machinery between the user's line and a kernel. */
const machinery = [
  /[\\/]node_modules[\\/]/,
  /^node:/,
  /[\\/]compiler[\\/](src|dist)[\\/](capture|gradients|shapes|compile\b|compileTrainStep\b)/,
  /[\\/]core[\\/](src|dist)[\\/]gradients[\\/]/,
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
    const location = /\(?((?:file:\/\/|[A-Za-z]:|\/)?[^\s()]+:\d+:\d+)\)?$/.exec(frame.trim())?.[1];
    if (location === undefined) continue;
    const file = location.replace(/^file:\/\//, '');
    if (!machinery.some((pattern) => pattern.test(file))) return file;
  }
  return 'unknown line';
}
