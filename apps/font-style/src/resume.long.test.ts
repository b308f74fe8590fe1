import { it } from 'vitest';
import { assertResume } from './fixtures/assertResume.ts';

it('a training by bicycle that stops after every step ends with the same bytes', () =>
  assertResume({ method: 'bicycle', imageSize: 64, filters: 1 }));
