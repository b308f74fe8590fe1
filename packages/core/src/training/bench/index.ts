export type { BenchPlan, BenchWork } from './benchPlan.ts';
export type { BenchAnswer, BenchHello, BenchKind, BenchRequest } from './benchService.ts';
