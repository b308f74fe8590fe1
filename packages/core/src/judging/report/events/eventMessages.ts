import {
  bytesField,
  doubleField,
  floatField,
  integerField,
  type WireMessage,
} from './wireFields.ts';

/** When something happened: what every event says of itself. */
export interface EventTime {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** Finished steps. */
  readonly step: number;
}

// Field numbers of TensorBoard's event.proto and summary.proto.
const event = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 };
const summary = { value: 1 };
const summaryValue = { tag: 1, simpleValue: 2, image: 4 };
const summaryImage = { height: 1, width: 2, colorspace: 3, encoded: 4 };
const sessionLog = { status: 1 };
const SESSION_START = 1;

/** The first event of a file: which format follows. */
export const versionEvent = (seconds: number): Uint8Array =>
  encode([doubleField(event.wallTime, seconds), bytesField(event.fileVersion, 'brain.Event:2')]);

/** Says that a session starts at this step: readers drop earlier events at it and after it. */
export const sessionStartEvent = (time: EventTime): Uint8Array =>
  timed(time, bytesField(event.sessionLog, [integerField(sessionLog.status, SESSION_START)]));

/** Numbers of one step, by tag. */
export function scalarsEvent(
  time: EventTime,
  values: Readonly<Record<string, number>>,
): Uint8Array {
  const entries = Object.entries(values).map(([tag, value]) =>
    bytesField(summary.value, [
      bytesField(summaryValue.tag, tag),
      floatField(summaryValue.simpleValue, value),
    ]),
  );
  return timed(time, bytesField(event.summary, entries));
}

/** A picture of one step. @throws Error when the bytes are not a PNG */
export function imageEvent(time: EventTime, tag: string, png: Uint8Array): Uint8Array {
  const { width, height, channels } = readPngHeader(png);
  const image = [
    integerField(summaryImage.height, height),
    integerField(summaryImage.width, width),
    integerField(summaryImage.colorspace, channels),
    bytesField(summaryImage.encoded, png),
  ];
  const value = [bytesField(summaryValue.tag, tag), bytesField(summaryValue.image, image)];
  return timed(time, bytesField(event.summary, [bytesField(summary.value, value)]));
}

const timed = ({ seconds, step }: EventTime, content: Uint8Array): Uint8Array =>
  encode([doubleField(event.wallTime, seconds), integerField(event.step, step), content]);

const encode = (message: WireMessage): Uint8Array => Buffer.concat(message);

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** Channels by PNG's colour type: grey, RGB, palette, grey with alpha, RGB with alpha. */
const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

function readPngHeader(png: Uint8Array): { width: number; height: number; channels: number } {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength);
  const channels = bytes.length < 33 ? undefined : PNG_CHANNELS[bytes.readUInt8(25)];
  if (!bytes.subarray(0, 8).equals(PNG_SIGNATURE) || channels === undefined) {
    const start = bytes.subarray(0, 8).toString('hex');
    throw new Error(
      `imageEvent: expected a PNG, received ${bytes.length} bytes that start with "${start}".`,
    );
  }
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), channels };
}
