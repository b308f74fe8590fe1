import type { CharsetName, Variation } from '@gan-zoo/fonts';

/** A font that installs from npm. */
export interface PackagedFont {
  readonly id: string;
  /** Family and style, for people. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Which of the package's font files make up the font. */
  readonly files: RegExp;
  /** Licence of the font itself; packages often state that of their packing. */
  readonly licence: string;
  readonly variation?: Variation;
}

/** Fonts that belong together: one to translate from, and the styles. */
export interface FontSet {
  /** One line for help. */
  readonly description: string;
  readonly charsets: readonly CharsetName[];
  readonly source: PackagedFont;
  readonly targets: readonly PackagedFont[];
}

const licence = 'OFL-1.1';

const expo = (id: string, name: string, version: string): PackagedFont => ({
  ...{ id, name, version, licence },
  package: `@expo-google-fonts/${id}`,
  files: /400Regular\.ttf$/,
});

const chineseFonts = (id: string, name: string, letters: string): PackagedFont => ({
  ...{ id, name, version: '1.4.0', licence },
  package: `@chinese-fonts/${letters}`,
  files: /\.woff2$/,
});

const fontsource = (id: string, name: string, files: string): PackagedFont => ({
  ...{ id, name, version: '5.3.0', licence },
  package: `@fontsource/${id}`,
  files: new RegExp(`/${id}-${files}-normal\\.woff$`),
});

const notoSans: PackagedFont = {
  ...{ id: 'noto-sans-sc', name: 'Noto Sans SC Regular', licence },
  package: '@fontsource-variable/noto-sans-sc',
  version: '5.3.1',
  files: /wght-normal\.woff2$/,
  variation: { wght: 400 },
};

const chineseSmall: readonly PackagedFont[] = [
  expo('ma-shan-zheng', 'Ma Shan Zheng', '0.4.3'),
  expo('zhi-mang-xing', 'Zhi Mang Xing', '0.4.1'),
  expo('zcool-kuaile', 'ZCOOL KuaiLe', '0.4.2'),
  expo('zcool-xiaowei', 'ZCOOL XiaoWei', '0.4.1'),
  chineseFonts('smiley-sans', 'Smiley Sans Oblique', 'dyh'),
  chineseFonts('maoken-assorted-sans', 'Maoken Assorted Sans', 'mksjh'),
];

const chineseFull: readonly PackagedFont[] = [
  ...chineseSmall,
  fontsource('lxgw-wenkai', 'LXGW WenKai', 'latin-500'),
  fontsource('long-cang', 'Long Cang', '[\\w-]+-400'),
  expo('liu-jian-mao-cao', 'Liu Jian Mao Cao', '0.2.3'),
  expo('zcool-qingke-huangyou', 'ZCOOL QingKe HuangYou', '0.4.1'),
  fontsource('noto-serif-sc', 'Noto Serif SC', '[\\w-]+-400'),
  expo('yusei-magic', 'Yusei Magic', '0.4.2'),
  expo('hachi-maru-pop', 'Hachi Maru Pop', '0.4.1'),
  expo('potta-one', 'Potta One', '0.4.1'),
  expo('reggae-one', 'Reggae One', '0.4.1'),
  expo('dotgothic16', 'DotGothic16', '0.4.1'),
];

const latinStyles = [
  ...['Caveat Brush', 'Dancing Script', 'Kalam', 'Patrick Hand', 'Indie Flower'],
  ...['Permanent Marker', 'Gloria Hallelujah', 'Architects Daughter', 'Shadows Into Light'],
  ...['Covered By Your Grace', 'Great Vibes', 'Sacramento', 'Cookie', 'Courgette'],
  ...['Kaushan Script', 'Yellowtail', 'Lobster', 'Marck Script', 'Bad Script', 'Handlee', 'Neucha'],
  ...['Gochi Hand', 'Pacifico', 'Satisfy', 'Amatic SC', 'Delius'],
];

/** Latin fonts under another licence than the rest. */
const apacheFonts = ['Permanent Marker', 'Satisfy', 'Yellowtail'];

const latinFont = (name: string): PackagedFont => ({
  ...fontsource(name.toLowerCase().replaceAll(' ', '-'), name, 'latin-400'),
  ...(apacheFonts.includes(name) ? { licence: 'Apache-2.0' } : {}),
});

/** The sets that `prepare --set` knows. */
export const fontSets = {
  'chinese-small': {
    description: 'Noto Sans SC and six Chinese styles',
    charsets: ['gb2312-level1'],
    source: notoSans,
    targets: chineseSmall,
  },
  'chinese-full': {
    description: 'Noto Sans SC and sixteen Chinese and Japanese styles',
    charsets: ['gb2312-level1'],
    source: notoSans,
    targets: chineseFull,
  },
  latin: {
    description: 'Caveat and 26 handwritten Latin styles',
    charsets: ['latin', 'digits'],
    source: latinFont('Caveat'),
    targets: latinStyles.map(latinFont),
  },
} as const satisfies Record<string, FontSet>;

/** Name of a set. */
export type FontSetName = keyof typeof fontSets;

/** All names, for options. */
export const fontSetNames = Object.keys(fontSets) as [FontSetName, ...FontSetName[]];
