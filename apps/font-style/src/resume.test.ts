import { it } from 'vitest';
import { assertResume } from './fixtures/assertResume.ts';

it('a training by zi2zi that stops after every step ends with the same bytes', () =>
  assertResume({ method: 'zi2zi', imageSize: 16, shuffleFromEpoch: 0 }));
