import { COLOURS } from '../report/html/style.ts'

/** The style of the bot's pages, which goes into each: what shows one thing takes one request. */
export const SITE_STYLE = `${COLOURS}:root{--link:#0759b8}
@media screen and (prefers-color-scheme:dark){:root{--link:#6cb2ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--link)}:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;padding:6px 10px;background:var(--paper);z-index:2}
body>header,main,footer{max-width:1400px;margin:0 auto;padding:0 24px}
body>header{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center;justify-content:space-between;padding-top:14px;padding-bottom:10px;border-bottom:1px solid var(--line)}
.brand{font-weight:700;margin:0}.brand a{color:inherit;text-decoration:none}
header form{display:inline}.live{margin-left:auto;color:var(--soft);font-size:.9rem}.new th{box-shadow:inset 4px 0 var(--link);padding-left:12px}
header p{margin:0}.who{color:var(--soft);font-size:.9rem}
h1{font-size:1.6rem;line-height:1.25;margin:24px 0 4px;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:1.15rem;margin:0 0 8px}h3{font-size:1rem;margin:20px 0 4px;overflow-wrap:anywhere}
.lead{margin:0 0 20px;overflow-wrap:anywhere;color:var(--soft)}
.first{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:16px;margin:0 0 28px}
.card{padding:14px 18px;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:8px}
.card.bad{border-left-color:var(--bad)}.card.open{border-left-color:var(--open)}.card.good{border-left-color:var(--good)}
ul{margin:0;padding:0;list-style:none}.card li{padding:7px 0;border-top:1px solid var(--line);overflow-wrap:anywhere}.card li:first-child{border:0}
.card p{margin:0}.card li a{font-weight:600}
.filter{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:end;margin:0 0 8px}
label{display:block;font-size:.85rem;color:var(--soft)}
input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:6px;padding:5px 10px;min-height:36px;max-width:100%}
input{width:18em}button{background:var(--card);cursor:pointer}
.note{color:var(--soft);font-size:.9rem;margin:4px 0}
.scroll{overflow-x:auto;margin:0 0 20px}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding:0 0 6px}
th,td{padding:8px 18px 8px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400;min-width:11em}
thead th{color:var(--soft);font-size:.85rem}
.c2 thead th+th{width:42%}.c3 thead th+th{width:28%}.c4 thead th+th{width:21%}.c5 thead th+th{width:17%}
.rows :is(th,td){min-width:6em}
tbody th{font-weight:600;overflow-wrap:anywhere;position:sticky;left:0;background:var(--paper);min-width:8em;max-width:14em}
td b{font-weight:500;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
td small,th small,td p{display:block;margin:0;font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}
.bad,td .bad{color:var(--bad)}.open,td .open{color:var(--open)}.good,td .good{color:var(--good)}.card{color:var(--ink)}
time{white-space:nowrap}
footer{margin-top:32px;padding-bottom:32px;color:var(--soft);font-size:.85rem}
.flights>li{padding:8px 0}.flights ul{margin:4px 0 0 1.2em}
section>h2{margin-top:24px}.card>h2{margin-top:0}
tbody th a{color:inherit}
pre{overflow-x:auto;padding:12px;background:var(--card);border:1px solid var(--line);border-radius:6px;font:.85rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.number{text-align:right}
.measured{max-width:860px;overflow-wrap:anywhere}.facts th,.facts td{min-width:0;overflow-wrap:anywhere}.facts tbody th{min-width:8.5em}.facts small{display:inline}
figure{margin:16px 0;max-width:640px}summary{cursor:pointer;color:var(--soft)}
.plot svg{display:block;width:100%;height:auto}.plot text{fill:var(--soft);font-size:12px}.plot .end{text-anchor:end}
.plot path{fill:none;stroke-linejoin:round}.plot path.own{stroke:var(--link);stroke-width:2}.plot path.other{stroke:var(--ink);stroke-width:2;stroke-dasharray:5 3}
.plot circle.own{fill:var(--link)}.plot circle.other{fill:var(--ink)}.plot .band{fill:var(--link);fill-opacity:.2}
.plot .grid{stroke:var(--line)}.plot .zero{stroke:var(--soft)}.plot .margin{stroke:var(--bad);stroke-dasharray:7 4}
.bar{display:block;width:100%;max-width:12em;height:8px;margin-top:4px}.bar rect{fill:var(--link)}.bar.over rect{fill:var(--bad)}.bar rect.whole{fill:var(--line)}
.stale,.old .measured{--good:var(--soft);--bad:var(--soft);--open:var(--soft);--link:var(--soft);color:var(--soft)}:is(.stale,.old) .plot path.other{stroke:var(--soft)}:is(.stale,.old) .plot circle.other{fill:var(--soft)}
@media(max-width:560px){
.facts tbody th{min-width:7.5em}
body>header,main,footer{padding-left:14px;padding-right:14px}body>header{column-gap:10px}.live{font-size:.8rem}
h1{font-size:1.35rem;margin-top:16px}.card{padding:10px 12px}.first{gap:12px}
.filter>*{flex:1 1 40%}.filter>:first-child{flex-basis:100%}.filter input,.filter select{width:100%}
th,td{min-width:9.5em;padding-right:12px}tbody th{min-width:6.5em;max-width:8em}
.lines,.lines :is(caption,tbody,th,td){display:block}.lines thead{position:absolute;left:-999px}
.lines :is(th,td){min-width:0;padding:3px 0;border:0}.lines td{overflow-wrap:anywhere}
.lines tr{display:grid;grid-template-columns:auto 1fr;gap:0 12px;padding:6px 0;border-bottom:1px solid var(--line)}
.lines td:last-child{grid-column:1/-1}
}
@media(max-width:860px){
.stack,.stack :is(caption,tbody,tr,th,td){display:block}.stack thead{position:absolute;left:-999px}
.stack :is(th,td){min-width:0;max-width:none;padding:3px 0;border:0}
.stack tbody th{position:static;padding-top:10px}.new th{padding-left:12px!important}
.stack tr{padding-bottom:8px;border-bottom:1px solid var(--line)}
.stack td{display:grid;grid-template-columns:7em auto minmax(0,1fr);gap:0 10px}
.stack td::before{content:attr(data-of);grid-row:1/span 9;color:var(--soft);overflow-wrap:anywhere}
.stack td:has(>div:empty){display:none}.stack td>*{grid-column:2/-1}.stack td>b{grid-column:2}.stack td>b+small{grid-column:3}
}
`
