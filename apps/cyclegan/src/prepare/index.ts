export { prepareEmoji, type PreparedEmoji, type PrepareEmojiOptions } from './prepareEmoji.ts';
export type { EmojiManifest } from './emojiManifest.ts';
