/** The look of a tear sheet: one set of tokens, light and dark; on paper always light. */
const light = "--ink:oklch(24% .01 250);--muted:oklch(50% .01 250);--line:oklch(88% .005 250);--surface:oklch(99% .002 250);--raised:oklch(96% .004 250);--accent:oklch(48% .11 250);--second:oklch(58% .1 60);--gain:oklch(50% .1 155);--loss:oklch(52% .15 25)";
const dark = "--ink:oklch(92% .005 250);--muted:oklch(68% .01 250);--line:oklch(32% .01 250);--surface:oklch(18% .01 250);--raised:oklch(23% .01 250);--accent:oklch(74% .1 250);--second:oklch(78% .1 70);--gain:oklch(74% .11 155);--loss:oklch(70% .14 25)";

export const STYLE = `
:root{color-scheme:light;${light}}
:root[data-theme=dark]{color-scheme:dark;${dark}}
@media (prefers-color-scheme:dark){:root[data-theme=auto]{color-scheme:dark;${dark}}}
@media print{:root,:root[data-theme]{color-scheme:light;${light}}section{break-inside:avoid}main{padding:0!important;max-width:none!important}@page{margin:14mm}}
*{box-sizing:border-box}
body{margin:0;background:var(--surface);color:var(--ink);font:13px/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:860px;margin:0 auto;padding:32px 24px}
h1{font-size:28px;line-height:1.2;margin:0 0 4px;font-weight:600}
h2{font-size:15px;margin:32px 0 8px;padding-top:12px;border-top:1px solid var(--line);font-weight:600}
h3{font-size:13px;margin:16px 0 4px;font-weight:600}
p{margin:4px 0}.muted,.none,figcaption{color:var(--muted)}
dl.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:8px;margin:16px 0 0}
dl.cards div{background:var(--raised);border-radius:4px;padding:8px 12px}
dt{color:var(--muted);font-size:12px}dd{margin:0;font-size:20px;overflow-wrap:anywhere}dd small{font-size:12px;color:var(--muted)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:12px}
th{font-weight:500;color:var(--muted);text-align:right}td{text-align:right}
th,td{padding:4px 8px;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}
.gain{color:var(--gain)}.loss{color:var(--loss)}
svg{display:block;width:100%;height:auto;font:11px system-ui,sans-serif}
svg text{fill:var(--ink)}svg .tick{fill:var(--muted)}
.grid{stroke:var(--line)}.zero{stroke:var(--muted)}.mark{stroke:var(--loss);stroke-dasharray:4 3}
.line{fill:none;stroke-width:1.5}.line.accent{stroke:var(--accent)}.line.second{stroke:var(--second)}.line.loss{stroke:var(--loss)}
.under{opacity:.2;stroke:none}.under.accent{fill:var(--accent)}.under.loss{fill:var(--loss)}
svg text.accent{fill:var(--accent)}svg text.second{fill:var(--second)}svg text.loss{fill:var(--loss)}
circle.breach{fill:var(--loss)}
rect.gain{fill:var(--gain)}rect.loss{fill:var(--loss)}
figure{margin:0}@media (max-width:600px){figure{overflow-x:auto}svg{min-width:560px}}
figcaption{font-size:12px;margin-top:2px}
`;
