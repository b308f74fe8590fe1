export { imageGrid, imageStrip, type GridOptions } from './imageGrid.ts';
export { linePlot, loadPlotting, savePlot } from './linePlot.ts';
export { assertEmptyFolder, openPictureOutput, type PictureOutput } from './pictureOutput.ts';
export type { PlotOptions } from './plotOptions.ts';
export { toPixels, type PixelImage } from './pixelImage.ts';
export type { PlotSeries } from './plotPoints.ts';
export { gifFromPngs, saveGif, type GifOptions } from './saveGif.ts';
export { saveImages, savePng } from './savePng.ts';
