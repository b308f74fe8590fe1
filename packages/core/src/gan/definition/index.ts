export type {
  AnyGanDefinition,
  BatchTools,
  DiscriminatorDefinition,
  DrawnImages,
  FakeImages,
  GanDefinition,
  GivenNetworks,
  MetricsPlot,
  OwnData,
  ReferenceImages,
  SampleDefinition,
  SampleGrid,
} from './definition.ts';
export type { GanOptions, GanSource } from './ganSource.ts';
export { kidFields, trainFields, type TrainConfig } from './trainFields.ts';
