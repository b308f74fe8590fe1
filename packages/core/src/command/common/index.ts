export { benchCommand } from './benchCommand.ts';
export { doctorCommand } from './doctorCommand.ts';
export { explainCommand } from './explainCommand.ts';
export { reportCommand } from './reportCommand.ts';
export { train } from './train.ts';
export { trainCommand } from './trainCommand.ts';
export { verifyCommand } from './verifyCommand.ts';
