export { writeFileAtomically, type FileContent } from './atomicFile.ts';
export { explainFileError } from './fileErrors.ts';
export { resolveUserPath } from './userPath.ts';
