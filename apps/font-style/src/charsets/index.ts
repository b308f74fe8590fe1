export { charactersOf, charset, charsetNames, type CharsetName } from './charsets.ts';
export { chooseCharacters, type CharacterChoice } from './chooseCharacters.ts';
