export { installGradientFixes } from './installGradientFixes.ts';
