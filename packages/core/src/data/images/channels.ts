/** All {@link Channels}, as options offer them. */
export const channelCounts = [1, 3, 4] as const;

/**
 * Channels of a picture: 1 is grey, 3 colour (sRGB), 4 colour and opacity (0 is transparent), the
 * colour not multiplied by the opacity.
 */
export type Channels = (typeof channelCounts)[number];

/** Whether there are pictures of so many channels. */
export const isChannels = (count: number | undefined): count is Channels =>
  channelCounts.some((known) => known === count);

/**
 * Which channels hold opacity where pictures are joined along their channels, as a discriminator of
 * pairs sees them: of [1, 4] it is number 4, the last of five.
 */
export function opacityChannels(joined: readonly Channels[]): number[] {
  let end = 0;
  return joined.flatMap((channels) => {
    end += channels;
    return channels === 4 ? [end - 1] : [];
  });
}
