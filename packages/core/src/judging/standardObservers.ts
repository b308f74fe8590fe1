import { doctorObserver } from './doctor/index.ts';
import { kidObserver } from './evaluation/index.ts';
import { eventsObserver, reportObserver } from './report/index.ts';
import type { ObserverFactory } from '../training/trainer/observer.ts';

/** Who watches every training, in this order: what one writes, the next may read. */
export const standardObservers: readonly ObserverFactory[] = [
  kidObserver,
  doctorObserver,
  eventsObserver,
  reportObserver,
];
