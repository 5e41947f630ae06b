// On a phone the plots of the performance page are drawn anew from the same figures: made smaller, nobody could read them.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { PageEvent } from 'typedoc';
import { plotRows } from '../../bench/report/plot-rows.mjs';
import { svgPlot } from '../../bench/report/svg-plot.mjs';

/** @param {import('typedoc').Application} app */
export function addNarrowPlots(app, root) {
  const figures = JSON.parse(readFileSync(`${root}docs/performance/figures.json`, 'utf8'));
  app.renderer.on(PageEvent.END, (page) => {
    page.contents &&= page.contents.replace(
      /<img src="([^"]*\.svg)" alt="([^"]*)"[^>]*>/g,
      (image, path, title) => {
        const rows = plotRows(basename(path, '.svg'), figures);
        if (rows.length === 0) return image;
        const plot = encodeURIComponent(svgPlot({ title, rows, isNarrow: true }));
        return `<picture><source media="(max-width: 769px)" srcset="data:image/svg+xml,${plot}">${image}</picture>`;
      },
    );
  });
}
