/** The page's style: light and dark as the screen wishes, one column on a phone. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #1d2430; --quiet: #5b6472; --rule: #e3e6eb;
  --axis: #9aa3b0; --accent: #2f5fd0; --good: #0b7a4b; --warn: #9a5b00; --bad: #b3261e;
  --line-0: #0072b2; --line-1: #d55e00; --line-2: #009e73; --line-3: #b8578f; --line-4: #3a9bdc;
  --line-5: #c78500; --line-6: #666e7a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151b; --card: #1b2029; --ink: #e7eaf0; --quiet: #9ba5b4; --rule: #2d3440;
    --axis: #667080; --accent: #8fb0ff; --good: #5ccf9a; --warn: #f0b95b; --bad: #ff8a80;
    --line-0: #4aa8e8; --line-1: #ff8f4a; --line-2: #2fcfa0; --line-3: #e79ac6; --line-4: #8fd0f7;
    --line-5: #f2bb45; --line-6: #a7b0bd;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1180px; padding: 28px 20px 60px; background: var(--paper);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 30px; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 40px 0 12px; font-size: 20px; }
h3 { margin: 0; font-size: 15px; }
p { margin: 6px 0; }
small, .quiet { color: var(--quiet); font-size: 13px; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.app { margin: 0; color: var(--accent); font-weight: 600; }
.badges { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 10px 0 18px; }
.badge {
  border: 1px solid var(--rule); border-radius: 99px; padding: 1px 10px; font-size: 13px;
  background: var(--card);
}
.badge.finished { color: var(--good); border-color: currentColor; }
.badge.training { color: var(--accent); border-color: currentColor; }
.badge.stopped, .badge.interrupted { color: var(--warn); border-color: currentColor; }
.card {
  margin: 0; padding: 16px 18px; background: var(--card); border: 1px solid var(--rule);
  border-radius: 12px; overflow-x: auto;
}
.card.good { color: var(--good); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 10px; margin: 0;
}
.tiles div {
  background: var(--card); border: 1px solid var(--rule); border-radius: 12px; padding: 10px 14px;
}
.tiles dt { color: var(--quiet); font-size: 13px; }
.tiles dd { margin: 0; font-size: 21px; font-weight: 600; font-variant-numeric: tabular-nums; }
.columns { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.stack { display: grid; gap: 16px; align-content: start; }
figcaption { display: flex; flex-wrap: wrap; gap: 2px 14px; align-items: baseline; }
figcaption p { margin: 0; color: var(--quiet); font-size: 13px; }
figcaption output { margin-left: auto; color: var(--quiet); font-size: 13px; }
figcaption output, .legend b { font-variant-numeric: tabular-nums; }
.legend {
  display: flex; flex-wrap: wrap; gap: 2px 16px; width: 100%; margin: 4px 0; padding: 0;
  list-style: none; font-size: 13px;
}
.legend i {
  display: inline-block; width: 16px; height: 4px; margin-right: 6px; border-radius: 2px;
  vertical-align: middle;
}
.canvas { position: relative; touch-action: pan-y; }
.canvas svg { display: block; width: 100%; height: auto; }
.canvas.narrow { display: none; }
.cursor {
  position: absolute; top: 5%; bottom: 17%; width: 1px; background: var(--quiet);
  pointer-events: none;
}
.frames img {
  display: block; max-width: 100%; width: auto; height: auto; max-height: 860px;
  margin: 12px auto 0; border-radius: 6px;
}
.frames img[hidden] { display: none; }
.walk { display: flex; gap: 12px; align-items: center; margin-top: 12px; }
.walk input { flex: 1; min-width: 0; accent-color: var(--accent); height: 28px; }
.walk button {
  width: 40px; height: 32px; border: 1px solid var(--rule); border-radius: 8px;
  background: var(--paper); color: var(--ink); font-size: 13px; cursor: pointer;
}
.finding { margin-bottom: 10px; border-left: 5px solid var(--warn); }
.finding.error { border-left-color: var(--bad); }
.finding.passed { border-left-color: var(--rule); }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; color: var(--quiet); font-size: 13px; font-weight: 500; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td { overflow-wrap: anywhere; }
td small { display: block; }
.number { text-align: right; }
.whole { white-space: nowrap; }
.phone, td small.phone { display: none; }
.options td:first-child { width: 52%; }
.changed td:nth-child(2) { font-weight: 600; color: var(--accent); }
.changed td small { font-weight: 400; }
details { margin-top: 14px; }
details .columns { margin-top: 10px; }
summary { cursor: pointer; color: var(--accent); padding: 4px 0; }
.command { margin: 14px 0 4px; color: var(--quiet); font-size: 13px; }
pre {
  margin: 0; padding: 10px 12px; border-radius: 8px; background: var(--paper); overflow-x: auto;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
footer { margin-top: 40px; color: var(--quiet); font-size: 13px; }
@media (max-width: 760px) {
  body { padding: 18px 12px 40px; }
  h1 { font-size: 24px; }
  .columns { grid-template-columns: minmax(0, 1fr); }
  .canvas.wide { display: none; }
  .canvas.narrow { display: block; }
  .card { padding: 12px; }
  .desk { display: none; }
  td small.phone { display: block; }
  .options td:first-child { width: 60%; }
}
@media print {
  .walk { display: none; }
  .card { break-inside: avoid; }
}
`;
