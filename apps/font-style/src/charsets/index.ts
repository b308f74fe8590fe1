export { characterFields, characterGroup, drawnCharacterFields } from './characterFields.ts';
export { charactersOf, charset, charsetNames, type CharsetName } from './charsets.ts';
export { chooseCharacters, type CharacterChoice } from './chooseCharacters.ts';
