const e=require("./summarise.js"),t=require("./start.js"),n=require("./judge.js");function r(e){return s(t.a(t.n(e)))}function i(e){return e.split(/\r?\n/).map(e=>r(e.replaceAll(`	`,`    `))).join(`
`)}function a(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function o({caption:e,head:t,numbers:n,rows:i}){if(i.length===0)return``;let a=e=>n.includes(e)?` class="number"`:``,o=t.map((e,t)=>`<th scope="col"${a(t)}>${e}</th>`).join(``),s=i.map(([e,...t])=>{let n=t.map((e,t)=>`<td${a(t+1)}>${e}</td>`).join(``);return`<tr><th scope="row"${a(0)}>${e}</th>${n}</tr>`}),c=r(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${c}"><table>
<caption>${c}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${s.join(`
`)}
</tbody>
</table></div>`}function s(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function c(t,i,a){let o=e.m(t),s=e=>{let t=o&&e.differences[o];return[`${e.gated?`<strong>${r(e.metric)}</strong>`:r(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,...o?[_(e[o],t)]:[],_(e.candidate,t),...o?[t?n.o(t):``,y(e,o)]:[v(e.candidate)],`${o?g(e,o):``}${e.note?` <small>${r(e.note)}</small>`:``}`]};return o?{caption:a,head:[`metric`,o,`candidate`,`change (95 % interval)`,`relative`,`how sure`],numbers:[1,2,3,4],rows:i.map(s)}:{caption:a,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:i.map(s)}}function l({gates:e}){return{caption:`Gates: the rules and what they say`,head:[`rule`,`verdict`,`why`],numbers:[],rows:e.map(e=>[r(e.name),b(e),`${r(e.reason)}${x(e)}`])}}function u(t){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before`,`candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4,5],rows:t.map(t=>{let i=e=>e===void 0||t.rows<10?`–`:n.d(e,t.difference),a=t.rows<10;return[r(`${t.column} = ${t.value}`),r(t.metric),a?`&lt; 10`:n.c(t.rows),i(t.baseline),i(t.candidate),a||!t.difference?``:n.o(t.difference),h(a?``:e.u[t.outcome],e.h(t))]})}}function d({confusion:e}){if(!e)return[];let t=e.classes.map(r),i=(e,r)=>({caption:`Confusion matrix of the ${e}`,head:[`actual ↓ predicted →`,...t],numbers:t.map((e,t)=>t+1),rows:r.map((e,r)=>[t[r]??``,...e.map(n.c)])});return[i(`candidate`,e.candidate),...e.champion?[i(`champion`,e.champion)]:[]]}function f(e){let t=e.base?.usage?`base`:`champion`,[i,a]=[e.candidate.usage,e[t]?.usage],o=e=>e===void 0?`–`:n.l(e),s=(e,t)=>e===void 0?`–`:r(n.u(e,t)),c=[[`training`,o(i?.trainSeconds),o(a?.trainSeconds)],[`evaluation`,o(i?.evaluateSeconds),o(a?.evaluateSeconds)],[`cost${i?.priceSource?` <small>${r(i.priceSource)}</small>`:``}`,s(i?.cost,i?.currency),s(a?.cost,a?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,t],numbers:[1,2],rows:c}}function p({candidate:e}){let t=e=>e===void 0?`–`:n.p(e);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(e.usage?.gpus??[]).map(e=>[`${e.index}: ${r(e.name)}`,t(e.utilisation),t(e.idleShare),e.memoryPeakMiB===void 0?`–`:`${n.c(e.memoryPeakMiB)}${e.memoryTotalMiB===void 0?``:` of ${n.c(e.memoryTotalMiB)}`} MiB`,e.energyWh===void 0?`–`:`${e.energyWh.toFixed(1)} Wh`,n.l(e.seconds)])}}function m(t){let n=e.m(t);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:t.metrics.flatMap(t=>{let i=n&&t.differences[n];if(!i)return[];let a=r(e.c(i));return[[r(t.metric),r(i.method),r(e.s(i.p)),a]]})}}function h(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function g(t,n){let r=t.differences[n]?e.l[t.judgement]:``;return`<span class="${t.judgement}">${h(r,e._(t,n))}</span>`}function _(e,t){return e?n.d(e.value,t??e):`–`}function v(e){return e?.interval?`${n.d(e.interval.low,e)} to ${n.d(e.interval.high,e)}`:``}function y(e,t){let r=e[t]?.value;return r===void 0||!e.candidate?``:n.f(e.differences[t]?.value??e.candidate.value-r,r)}function b(t){let n=t.waived?`🟡`:e.d[t.verdict],r=`${e.f[t.verdict]}${t.waived?`, waived`:``}`;return`<span class="${t.verdict}">${h(n,r)}</span>`}function x({waived:e}){return e?`<br><small>Waived until ${r(e.until)} by ${r(e.author)}: ${r(e.reason)}</small>`:``}async function S(t,n){let{renderPlots:s}=await Promise.resolve().then(()=>require("./plots.js")),h=[w(t),a(`The end of its output`,t.failure?`<pre>${i(t.failure.tail)}</pre>`:``),a(`What matters`,o(c(t,e.g(t),`Gated metrics and shown changes, losses first`))),a(`Gates`,o(l(t))),E(t),D(s(t,n)),O(`Slices`,t.slices.length,o(u(t.slices))),O(`All metrics`,t.metrics.length,o(c(t,t.metrics,`All metrics`))),O(`Confusion matrices`,void 0,d(t).map(o).join(`
`)),a(`Cost and time`,o(f(t))+o(p(t))),O(`How each interval was made`,void 0,o(m(t))),a(`Reproduce`,t.reproduce?`<pre>${r(t.reproduce)}</pre>`:``),a(`Notes of the team`,t.notes?`<pre>${i(t.notes)}</pre>`:``),k(t)];return C(e.a(t),h.filter(e=>e!==``).join(`
`))}function C(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${r(e)}</title>
<style>
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
</style>
</head>
<body>
<main>
${t}
</main>
</body>
</html>
`}function w(t){let{sign:n,verdict:i,meaning:a,why:o}=e.i(t),s=t.state===`skipped`?`skipped`:t.verdict,c=(e,t)=>t?`<dt>${e}</dt><dd>${T(t)}</dd>`:``;return`<header>
<p class="model">${r(t.model)}</p>
<h1><span aria-hidden="true">${n}</span> ${i} — ${r(a)}</h1>
<p class="why ${s}">${r(e.o(o).trim())}</p>
<dl>${c(`candidate`,t.candidate)}${c(`champion`,t.champion)}${c(`base`,t.base)}</dl>
</header>`}function T(t){let{commit:i,testSet:a,metricCode:o,data:s=[],seeds:c,ageDays:l}=t,u=e=>`<code>${r(e.slice(0,12))}</code>`;return[i?u(i):``,r(t.source),l===void 0?``:`${e.p(l)} old`,a?`${n.c(a.rows)} rows, test set ${u(a.hash)}`:``,o?`metric code ${u(o)}`:``,...s.map(r),c?`seeds ${c.join(`, `)}`:``].filter(Boolean).join(` · `)}function E({configuration:e,warnings:t}){let n=e=>`<ul>${e.map(e=>`<li>${r(e)}</li>`).join(``)}</ul>`,i=e.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return a(`Changed rules`,e.changes.length>0?i+n(e.changes):``)+a(`Warnings`,t.length>0?n(t):``)}function D(e){let t=e.map(({title:e,description:t,svg:n,table:i})=>{let a=r(`${e}. ${t}`),s=o({caption:e,head:i.head.map(r),numbers:i.head.map((e,t)=>t).slice(1),rows:i.rows.map(e=>e.map(r))});return`<figure>
<h3>${r(e)}</h3>
<div class="plot" role="img" aria-label="${a}">${n}</div>
<figcaption>${r(t)}</figcaption>
<details><summary>Numbers</summary>
${s}
</details>
</figure>`});return a(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function O(e,t,r){let i=t===void 0?``:` (${n.c(t)})`;return a(e,r&&`<details><summary>Show${i}</summary>\n${r}\n</details>`)}function k(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${r(t)}`:``,i=e.candidate.commit?` · commit ${r(e.candidate.commit)}`:``;return`<footer>Assay ${r(e.assay)}${i}${n}</footer>`}exports.renderHtml=S;