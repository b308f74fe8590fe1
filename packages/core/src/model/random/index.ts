export { createRandom, type Random, type RandomStream } from './random.ts';
export { type NormalOptions, type RandomDraws } from './draws.ts';
export { philox4x32, type PhiloxCounter, type PhiloxKey } from './philox.ts';
