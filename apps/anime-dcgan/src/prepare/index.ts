export { manifestName, type AvatarManifest } from './avatarManifest.ts';
export {
  avatarCredit,
  avatarLicences,
  avatarStyles,
  isAvatarStyleName,
  type AvatarStyle,
  type AvatarStyleCredit,
  type AvatarStyleName,
} from './avatarStyles.ts';
export { createAvatarDrawing, type DrawAvatar } from './drawAvatar.ts';
export {
  avatarName,
  maxAvatars,
  prepareAvatars,
  type AvatarProgress,
  type PrepareAvatarsOptions,
  type PreparedAvatars,
} from './prepareAvatars.ts';
