/** The page's style: light and dark, wide and narrow, print. Words and signs carry the meaning; colour only repeats it. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d0d7de;--good:#1a7f37;--bad:#b42318;--open:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--card:#161b22;--line:#30363d;--good:#56d364;--bad:#ff7b72;--open:#e3b341}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:1120px;margin:0 auto;padding:28px 20px}
.model{margin:0;color:var(--soft);font-weight:600;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 12px;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:36px 0 10px;border-bottom:1px solid var(--line);padding-bottom:4px}
h3{font-size:1rem;margin:0 0 4px}
.why{margin:0 0 16px;padding:10px 14px;background:var(--card);border-left:4px solid var(--line);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.why.pass{border-color:var(--good)}.why.fail{border-color:var(--bad)}.why.inconclusive,.why.not_comparable{border-color:var(--open)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:0;color:var(--soft);font-size:.92rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.scroll{overflow-x:auto;margin:0 0 12px}
table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,420px)}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:4px 0}
th,td{padding:6px 16px 6px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.better,span.pass{color:var(--good)}.worse,span.fail{color:var(--bad);font-weight:600}
span.inconclusive,span.not_comparable{color:var(--open)}
.no_difference_shown,.not_judged,small{color:var(--soft)}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:24px}
figure{margin:0;padding:16px;border:1px solid var(--line);border-radius:8px;min-width:0}
.plot svg{display:block;width:100%;height:auto}
figcaption{font-size:.85rem;color:var(--soft)}
details{margin:6px 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
pre{overflow-x:auto;padding:12px;background:var(--card);border:1px solid var(--line);border-radius:6px;font-size:.85rem}
footer{margin-top:40px;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
@media(max-width:480px){body{font-size:15px}main{padding:16px 12px}dl{grid-template-columns:1fr}dd{margin-bottom:6px}figure{padding:10px}}
@media print{.scroll{overflow:visible}details>*{display:block}}
`
