import { createHash } from 'node:crypto';
import { LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { PlotOptions } from './plotOptions.ts';
import { plotLines, type PlotLines, type PlotSeries } from './plotPoints.ts';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

// Without a browser nothing measures text. Its own guess is too narrow for wide fonts.
setPlatformAPI({
  measureText: (text, font) => ({
    width: text.length * 0.64 * Number(/(\d+)px/.exec(font ?? '')?.[1] ?? 12),
  }),
});

/** Distinguishable with every kind of colour vision: Okabe and Ito (2008), without the yellow. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#555555'];

const INK = '#333333';
const FONT = 'DejaVu Sans, Verdana, Helvetica, Arial, sans-serif';

/** More points than this are not marked one by one. */
const MARKED_POINTS = 60;

/** Draws what linePlot describes. */
export function renderPlot(series: readonly PlotSeries[], options: PlotOptions): string {
  const { width = 900, height = 480 } = options;
  const lines = series.map((one) => plotLines(one, options.logY ?? false));
  const isCrowded = needsTwoRows(series, options.title ?? '', width);
  const isEmpty = lines.every(({ raw }) => raw.every(([, value]) => value === null));
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      textStyle: { fontFamily: FONT, color: INK },
      ...headOf(series, options.title ?? '', { isEmpty, isCrowded }),
      ...axesOf(options, isCrowded),
      series: series.flatMap((one, index) => linesOf(one, lines[index]!, index)),
    });
    return withStableNames(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

function linesOf(
  series: PlotSeries,
  { raw, smooth }: PlotLines,
  index: number,
): LineSeriesOption[] {
  const colour = series.colour ?? COLOURS[index % COLOURS.length]!;
  const common = { type: 'line', name: series.name, silent: true, color: colour } as const;
  const rawOpacity = smooth === undefined ? 1 : 0.22;
  const rawWidth = smooth === undefined ? 2 : 1;
  const rawLine: LineSeriesOption = {
    ...common,
    // Few points are seen as such; one between two gaps has nothing else to show it.
    showSymbol: smooth === undefined && raw.length <= MARKED_POINTS,
    symbol: 'circle',
    symbolSize: 5,
    data: raw.map((point) => [...point]),
    lineStyle: { color: colour, width: rawWidth, opacity: rawOpacity },
  };
  if (smooth === undefined) return [rawLine];
  const smoothLine: LineSeriesOption = {
    ...common,
    showSymbol: false,
    z: 3,
    data: smooth.map((point) => [...point]),
    lineStyle: { color: colour, width: 2 },
  };
  return [rawLine, smoothLine];
}

/** Whether title and legend would meet on one row; letters are at most .64 of their size wide. */
function needsTwoRows(series: readonly PlotSeries[], title: string, width: number): boolean {
  const legend = series.reduce((sum, { name }) => sum + 22 + 5 + 18 + name.length * 0.64 * 13, 0);
  return title !== '' && 16 + title.length * 0.64 * 16 + 24 + legend + 24 > width;
}

function headOf(
  series: readonly PlotSeries[],
  title: string,
  { isEmpty, isCrowded }: { readonly isEmpty: boolean; readonly isCrowded: boolean },
) {
  return {
    title: {
      text: title,
      subtext: isEmpty ? 'no values to draw' : '',
      left: 16,
      top: 10,
      textStyle: { fontSize: 16, color: INK },
    },
    legend: {
      data: series.map(({ name }) => name),
      ...(isCrowded ? { left: 12, top: 40 } : { right: 24, top: 12 }),
      icon: 'roundRect',
      itemHeight: 4,
      itemWidth: 22,
      itemGap: 18,
      textStyle: { color: INK, fontSize: 13 },
    },
  };
}

function axesOf({ xLabel = 'step', yLabel = '', logY = false }: PlotOptions, isCrowded: boolean) {
  const line = { lineStyle: { color: '#999999' } };
  const axis = {
    nameLocation: 'middle',
    nameTextStyle: { color: INK, fontSize: 13 },
    axisLabel: { color: INK, fontSize: 12, formatter: axisNumber },
    axisLine: { show: true, ...line },
    axisTick: { show: true, ...line },
  } as const;
  const splitLine = { show: true, lineStyle: { color: '#e6e6e6' } };
  const range = { min: 'dataMin', max: 'dataMax' } as const;
  return {
    grid: { left: yLabel === '' ? 64 : 84, right: 28, top: isCrowded ? 76 : 56, bottom: 58 },
    xAxis: {
      ...axis,
      ...range,
      type: 'value',
      name: xLabel,
      nameGap: 32,
      splitLine: { show: false },
    },
    yAxis: {
      ...axis,
      type: logY ? 'log' : 'value',
      name: yLabel,
      nameGap: 56,
      scale: true,
      splitLine,
    },
  } as const;
}

/** Six digits at most: a power of ten that came out of a logarithm is none to the last bit. */
function axisNumber(value: number): string {
  const isSmall = value !== 0 && Math.abs(value) < 1e-4;
  return isSmall
    ? String(Number(value.toPrecision(6)))
    : value.toLocaleString('en', { maximumSignificantDigits: 6 });
}

/**
 * Makes equal plots equal text. The renderer numbers all that it has ever drawn, for styles under
 * the mouse that are of no use here: they go. Names that stay are made from the plot itself, so
 * that several plots can stand in one page.
 */
function withStableNames(svg: string): string {
  const still = svg
    .replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*")/g, '')
    .replace(/\bzr\d+-/g, 'plot-');
  const mark = createHash('sha256').update(still).digest('hex').slice(0, 8);
  return still.replace(/\bplot-(?=c\d)/g, `plot-${mark}-`);
}
