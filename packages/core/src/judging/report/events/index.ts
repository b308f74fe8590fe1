export { createEventWriter, type EventWriter, type EventWriterOptions } from './eventWriter.ts';
