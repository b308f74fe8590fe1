import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = /** @type {() => void} */ (runInNewContext('gc'));

/**
 * Frees what nobody refers to, now. The engine does not see in time how much memory hangs on a few
 * small objects, such as the constants of a graph.
 */
export const collectGarbage = () => gc();
