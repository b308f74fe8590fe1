/**
 * Which algorithms convolutions may take: the one that is `estimated` to be the fastest on a
 * processor, or always ONNX's own (`native`), whose implementation an accelerator's library chooses.
 */
export type ConvolutionChoice = 'estimated' | 'native';
