export { characterFields, characterGroup, drawnCharacterFields } from './characterFields.ts';
export { chooseCharacters, type CharacterChoice } from './chooseCharacters.ts';
