import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultCacheFolder } from './cacheFolder.ts';

describe('defaultCacheFolder', () => {
  const home = join('home', 'ann');
  const on = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
    defaultCacheFolder({ platform, env, home });

  it('follows the habits of the system', () => {
    expect(on('linux')).toBe(join(home, '.cache', 'gan-zoo'));
    expect(on('darwin')).toBe(join(home, 'Library', 'Caches', 'gan-zoo'));
    expect(on('win32', { LOCALAPPDATA: 'L' })).toBe(join('L', 'gan-zoo', 'Cache'));
    expect(on('win32')).toBe(join(home, 'AppData', 'Local', 'gan-zoo', 'Cache'));
  });

  it('obeys XDG_CACHE_HOME, and GAN_ZOO_CACHE before that', () => {
    expect(on('linux', { XDG_CACHE_HOME: 'x' })).toBe(join('x', 'gan-zoo'));
    expect(on('darwin', { XDG_CACHE_HOME: 'x', GAN_ZOO_CACHE: 'mine' })).toBe('mine');
    expect(on('linux', { XDG_CACHE_HOME: '' })).toBe(join(home, '.cache', 'gan-zoo'));
  });
});
