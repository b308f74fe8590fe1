import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const gc = /** @type {() => void} */ (runInNewContext('gc'));

/**
 * Frees what nobody refers to, now. The engine does not see in time how much memory hangs on a few
 * small objects: every step of a session leaves the arrays of its last state behind.
 */
export const collectGarbage = () => gc();
