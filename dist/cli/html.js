const e=require("./without-secrets.js"),t=require("./detail-tables.js"),n=require("./start.js");function r(e){return u(t.S(e))}function i(e){return r(e).replace(/&#96;([\w./ -]{1,60})&#96;/g,`<code>$1</code>`)}function a(e){return e.split(/\r?\n/).map(e=>r(e.replaceAll(`	`,`    `))).join(`
`)}function o(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function s(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function c({caption:e,head:t,numbers:n,rows:i,shades:a}){if(i.length===0)return``;let o=e=>n.includes(e)?` class="number"`:``,s=t.map((e,t)=>`<th scope="col"${o(t)}>${e}</th>`).join(``),c=i.map(([e,...t],n)=>{let r=e=>l(a?.[n]?.[e]),i=t.map((e,t)=>`<td${o(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${o(0)}>${e}</th>${i}</tr>`}),u=r(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${u}"><table${a?` class="heat"`:``}>
<caption>${u}</caption>
<thead><tr>${s}</tr></thead>
<tbody>
${c.join(`
`)}
</tbody>
</table></div>`}function l(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.94*e))/100})${e>.5?`;color:#fff`:``}"`}function u(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function d(e,n,i){let a=t.f(e),o=e=>{let t=a&&e.differences[a];return[`${a?y(e,a):``}${e.gated?`<strong>${r(e.metric)}</strong>`:r(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,`${a?`${S(e[a],t)} → `:``}${S(e.candidate,t)}`,...a?[t?x(t):``,w(e,a)]:[C(e.candidate)],`${a?b(e,a):``}${e.note?` <small>${r(e.note)}</small>`:``}`]};return a?{caption:i,head:[`metric`,`${a} → candidate`,`change (95 % interval)`,`relative`,`shown`],numbers:[1,2,3],rows:n.map(o)}:{caption:i,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:n.map(o)}}function f(t){return{caption:`Gates: the rules and what they say`,head:[`verdict`,`rule`,`why`],numbers:[],rows:e.u(t).map(e=>[T(e),r(e.name),`${i(e.reason)}${E(e)}`])}}function p(e){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before → candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4],rows:e.map(e=>{let n=n=>n===void 0||e.rows<10?`–`:t.F(n,e.difference),i=e.rows<10;return[v(i?``:t.a[e.outcome],r(`${e.column} = ${e.value}`)),r(e.metric),i?`&lt; 10`:t.M(e.rows),i||e.baseline===void 0?n(e.candidate):`${n(e.baseline)} → ${n(e.candidate)}`,i||!e.difference?``:x(e.difference),t.p(e)]})}}function m({confusion:e}){if(!e)return[];let n=e.classes.map(r),i=(e,r)=>({caption:`Confusion matrix of the ${e}`,head:[`actual ↓ predicted →`,...n],numbers:n.map((e,t)=>t+1),rows:r.map((e,r)=>[n[r]??``,...e.map(t.M)]),shades:r.map(t.r)});return[i(`candidate`,e.candidate),...e.champion?[i(`champion`,e.champion)]:[]]}function h(e){let n=e.base?.usage?`base`:`champion`,[i,a]=[e.candidate.usage,e[n]?.usage],o=e=>e===void 0?`–`:t.N(e),s=(e,n)=>e===void 0?`–`:r(t.P(e,n)),c=[[`training`,o(i?.trainSeconds),o(a?.trainSeconds)],[`evaluation`,o(i?.evaluateSeconds),o(a?.evaluateSeconds)],[`cost${i?.priceSource?` <small>${r(i.priceSource)}</small>`:``}`,s(i?.cost,i?.currency),s(a?.cost,a?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,n],numbers:[1,2],rows:c}}function g({candidate:e}){let n=e=>e===void 0?`–`:t.L(e);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(e.usage?.gpus??[]).map(e=>[`${e.index}: ${r(e.name)}`,n(e.utilisation),n(e.idleShare),e.memoryPeakMiB===void 0?`–`:`${t.M(e.memoryPeakMiB)}${e.memoryTotalMiB===void 0?``:` of ${t.M(e.memoryTotalMiB)}`} MiB`,e.energyWh===void 0?`–`:`${e.energyWh.toFixed(1)} Wh`,t.N(e.seconds)])}}function _(n){let i=t.f(n);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:n.metrics.flatMap(t=>{let n=i&&t.differences[i];if(!n)return[];let a=r(e.p(n));return[[r(t.metric),r(n.method),r(e.f(n.p)),a]]})}}function v(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function y(e,n){return v(e.differences[n]?t.i[e.judgement]:``,``)}function b(e,n){return`<span class="${e.judgement}">${r(t.h(e,n))}</span>`}function x(e){let[n=``,r]=t.A(e).split(` (`);return r===void 0?n:`${n} <span class="interval">(${r}</span>`}function S(e,n){return e?t.F(e.value,n??e):`–`}function C(e){return e?.interval?`${t.F(e.interval.low,e)} to ${t.F(e.interval.high,e)}`:``}function w(e,n){let r=e[n]?.value;return r===void 0||!e.candidate?``:t.I(e.differences[n]?.value??e.candidate.value-r,r)}function T(e){let n=e.waived?`🟡`:t.o[e.verdict],r=`${t.s[e.verdict]}${e.waived?`, waived`:``}`;return`<span class="${e.verdict}">${v(n,r)}</span>`}function E({waived:e}){return e?`<br><small>Waived until ${r(e.until)} by ${r(e.author)}: ${r(e.reason)}</small>`:``}const D=`#0072b2`,O=`#d55e00`,k=`#808890`,A=`#80889040`;function j(e){return t.S(e,60)}const M={axisLine:{lineStyle:{color:k}},axisTick:{lineStyle:{color:k}},axisLabel:{color:k},nameTextStyle:{color:k},splitLine:{lineStyle:{color:A}},nameLocation:`middle`};function N(e,t={}){return{type:`value`,name:e,nameGap:30,...M,...t}}function P(e,t,n={}){return{grid:{left:62,right:20,top:36,bottom:48},legend:{top:4,textStyle:{color:k},itemWidth:34,itemGap:24,...n},xAxis:e,yAxis:{...t,nameGap:44}}}function F(e,t,n,r={}){let i=n?D:O;return{name:e,type:`line`,data:t,showSymbol:!1,symbol:n?`circle`:`diamond`,itemStyle:{color:i},lineStyle:{color:i,width:2,type:n?`solid`:`dashed`},...r}}function I(){return{type:`line`,data:[[0,0],[1,1]],showSymbol:!1,silent:!0,lineStyle:{color:k,width:1,type:`dotted`}}}function L(e,t,n,r=!1){return{type:`custom`,data:e,silent:!0,encode:n?{x:[1,2],y:0}:{x:0,y:[1,2]},renderItem:(e,i)=>{let a=e=>i.coord(n?[e,i.value(0)]:[i.value(0),e]),[o,s]=a(i.value(1)),[c,l]=a(i.value(2));return{type:`line`,shape:{x1:o,y1:s,x2:c,y2:l},style:{stroke:t,lineWidth:1.5,lineDash:r?[4,3]:void 0}}}}}function R(e){let r=e.slices.filter(V),i=r[0]?.metric;if(i===void 0)return;let a=r.filter(e=>e.metric===i).slice(0,30),o=a.toReversed(),s=j(i);return{title:`Slices: change of ${s}`,description:`Change of ${s} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.`,table:{head:[`slice`,`rows`,`change (95 % interval)`],rows:a.map(e=>[H(e),t.M(e.rows),t.A(e.difference)])},height:90+24*a.length,option:{grid:{left:138,right:24,top:12,bottom:48},xAxis:N(`change of ${n.a(s,30)}`),yAxis:{type:`category`,data:o.map(e=>n.a(H(e),20)),axisLabel:{color:k},axisLine:{show:!1},axisTick:{show:!1}},series:[L(o.map((e,t)=>[t,e.difference.interval.low,e.difference.interval.high]),D,!0),{type:`scatter`,symbolSize:9,itemStyle:{color:D,opacity:1},data:o.map((e,t)=>[e.difference.value,t]),markLine:{silent:!0,symbol:`none`,label:{show:!1},lineStyle:{color:k,type:`dotted`},data:[{xAxis:0}]}}]}}}function z({seeds:e}){let r=e?.[0];if(!r)return;let i=e=>r.scores.flatMap((t,n)=>t[e]===void 0?[]:[[n,t[e]]]),a=(e,t,n,r)=>t.length>0?[{name:e,type:`scatter`,data:t,symbol:r,symbolSize:12,itemStyle:{color:n,opacity:1}}]:[],o=j(r.metric),s=e=>e===void 0?``:t.F(e);return{title:`Seeds: ${o}`,description:`${o} of every seed. The spread within a side is the noise of training.`,table:{head:[`seed`,`candidate`,`champion`],rows:r.scores.map(e=>[String(e.seed),s(e.candidate),s(e.champion)])},option:{...P({...N(`seed`),type:`category`,data:r.scores.map(e=>String(e.seed))},N(n.a(o,30),{scale:!0}),{itemWidth:14}),series:[...a(`champion`,i(`champion`),O,`diamond`),...a(`candidate`,i(`candidate`),D,`circle`)]}}}function B({confusion:e}){if(!e||e.classes.length>12)return[];let t=e.classes.map(j);return[U(`candidate`,t,e.candidate),...e.champion?[U(`champion`,t,e.champion)]:[]]}function V(e){return e.difference!==void 0&&e.rows>=10}function H(e){return j(`${e.column} = ${e.value}`)}function U(e,r,i){let a=r.map(e=>n.a(e,12)),o=a.toReversed(),s=i.flatMap((e,n)=>{let i=t.r(e);return e.map((e,t)=>({value:[t,r.length-1-n,e],share:i[t]}))}),c=a.join(``).length>30,l={type:`category`,axisLabel:{color:k,interval:0},axisTick:{show:!1},axisLine:{show:!1}},u={nameLocation:`middle`,nameTextStyle:{color:k}};return{title:`Confusion matrix of the ${e}`,description:`Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.`,table:{head:[`actual ↓ predicted →`,...r],rows:i.map((e,n)=>[r[n],...e.map(t.M)]),shades:i.map(t.r)},height:Math.max(230,90+(c?30:0)+36*r.length),option:{grid:{left:100,right:16,top:12,bottom:c?84:48},xAxis:{...l,...u,axisLabel:{...l.axisLabel,rotate:c?40:0},name:`predicted`,nameGap:c?62:28,data:a},yAxis:{...l,...u,name:`actual`,nameGap:82,data:o},series:[{type:`custom`,data:s.map(e=>e.value),silent:!0,encode:{x:0,y:1},renderItem:W(s.map(e=>e.share))}]}}}function W(e){return({dataIndex:n},r)=>{let[i,a]=r.coord([r.value(0),r.value(1)]),[o,s]=r.size([1,1]),c=e[n];return{type:`group`,children:[{type:`rect`,shape:{x:i-o/2+1,y:a-s/2+1,width:o-2,height:s-2},style:{fill:D,opacity:.08+.92*c,stroke:A}},{type:`text`,style:{x:i,y:a,text:t.M(r.value(2)),fill:c>.8?`#fff`:`currentColor`,align:`center`,verticalAlign:`middle`,fontSize:13}}]}}}async function G(n,i){let{renderPlots:l}=await Promise.resolve().then(()=>require("./plots.js")),u=[q(n),s(n.failure?t.d(n.failure):``,n.failure?`<pre>${a(n.failure.tail)}</pre>`:``),s(`What matters`,c(d(n,t.m(n),`Gated metrics and shown changes, losses first`))),s(`Gates`,c(f(n))),Y(n),X(l(n,i)),o(`Slices (${t.M(n.slices.length)})`,c(p(n.slices))),o(`All metrics (${t.M(n.metrics.length)})`,c(d(n,n.metrics,`All metrics`))),o(`Confusion matrices`,Z(n)),s(`Cost and time`,c(h(n))+c(g(n))),o(`How each interval was made`,c(_(n))),s(`Reproduce`,n.reproduce?`<pre>${r(n.reproduce)}</pre>`:``),s(`Notes of the team`,n.notes?`<pre>${a(n.notes)}</pre>`:``),Q(n)];return K(e.s(n),u.filter(e=>e!==``).join(`
`))}function K(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${r(e)}</title>
<style>
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--paper:#fff;--card:#f6f8fa;--line:#d8dee4;--good:#1a7f37;--bad:#b42318;--open:#8a5a00}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--paper:#0d1117;--card:#161b22;--line:#30363d;--good:#56d364;--bad:#ff7b72;--open:#e3b341}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1160px;margin:0 auto;padding:32px 24px 48px}
.model{margin:0 0 2px;color:var(--soft);font-weight:600;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.25;letter-spacing:-.01em;margin:0 0 14px;overflow-wrap:anywhere;text-wrap:balance}
h2{font-size:1.2rem;line-height:1.3;margin:40px 0 12px;border-bottom:1px solid var(--line);padding-bottom:6px}
h3{font-size:1rem;margin:0 0 6px}
p{text-wrap:pretty}
.why{margin:0 0 18px;padding:12px 16px;background:var(--card);border-left:4px solid var(--line);border-radius:0 6px 6px 0;overflow-wrap:anywhere}
.why.pass{border-color:var(--good)}.why.fail{border-color:var(--bad)}.why.inconclusive,.why.not_comparable{border-color:var(--open)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;color:var(--soft);font-size:.9rem}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{margin:8px 0;padding-left:1.4em}li{overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:0 0 12px}
table{border-collapse:collapse;font-size:.92rem;min-width:min(100%,440px)}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:2px 0 6px}
th,td{padding:7px 20px 7px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.85rem;white-space:nowrap}
tbody th{overflow-wrap:break-word;min-width:7em;max-width:24em}
.number,tbody th>span{white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums}
.better,span.pass{color:var(--good)}.worse,span.fail{color:var(--bad);font-weight:600}
span.inconclusive,span.not_comparable{color:var(--open)}
.no_difference_shown,.not_judged,.interval,small{color:var(--soft)}
.heat{border-collapse:separate;border-spacing:2px;min-width:0}
.heat th,.heat td{padding:5px 8px;border:0}
.heat thead th{white-space:normal;vertical-align:bottom}
.heat tbody th{min-width:0;color:var(--soft)}
.plots{columns:2 460px;column-gap:24px}
figure{margin:0 0 24px;padding:18px;border:1px solid var(--line);border-radius:10px;break-inside:avoid}
.plot svg{display:block;width:100%;height:auto}
figcaption{margin-top:6px;font-size:.85rem;line-height:1.45;color:var(--soft)}
details{margin:6px 0}summary{cursor:pointer;color:var(--soft);font-size:.9rem}
.fold{margin:0}.fold>summary{margin:40px 0 12px;padding-bottom:6px;border-bottom:1px solid var(--line);color:var(--ink)}
.fold>summary h2{display:inline;margin:0;border:0;padding:0}
section:has(>.fold)+section>.fold>summary{margin-top:20px}
pre{overflow-x:auto;padding:14px;background:var(--card);border:1px solid var(--line);border-radius:6px;font-size:.85rem}
footer{margin-top:48px;color:var(--soft);font-size:.85rem;overflow-wrap:anywhere}
@media(max-width:560px){
body{font-size:15px}main{padding:20px 14px 40px}h1{font-size:1.45rem}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}
figure{padding:12px}th,td{padding-right:12px}
.interval{display:block;font-size:.9em}tbody th{min-width:5.5em;max-width:9em}thead th.number,thead th{white-space:normal}table{font-size:.86rem}
}
@media(prefers-color-scheme:dark){
.plot path[stroke="#0072b2"]{stroke:#4da3dd}.plot path[fill="#0072b2"]:not([fill-opacity]){fill:#4da3dd}
.plot path[stroke="#d55e00"]{stroke:#ff8f45}.plot path[fill="#d55e00"]{fill:#ff8f45}
}
@media print{.scroll{overflow:visible}details>*{display:block}figure{border-color:#ccc}}
</style>
</head>
<body>
<main>
${t}
</main>
</body>
</html>
`}function q(t){let{sign:n,verdict:i,meaning:a,why:o}=e.o(t),s=t.state===`skipped`?`skipped`:t.verdict,c=(e,t)=>t?`<dt>${e}</dt><dd>${J(t)}</dd>`:``;return`<header>
<p class="model">${r(t.model)}</p>
<h1><span aria-hidden="true">${n}</span> ${i} — ${r(a)}</h1>
<p class="why ${s}">${r(e.c(o).trim())}</p>
<dl>${c(`candidate`,t.candidate)}${c(`champion`,t.champion)}${c(`base`,t.base)}</dl>
</header>`}function J(e){let{commit:n,testSet:i,metricCode:a,data:o=[],seeds:s,ageDays:c}=e,l=e=>`<code>${r(e.slice(0,12))}</code>`;return[n?l(n):``,r(e.source),c===void 0?``:`${t.c(c)} old`,i?`${t.M(i.rows)} rows, test set ${l(i.hash)}`:``,a?`metric code ${l(a)}`:``,...o.map(r),s?`seeds ${s.join(`, `)}`:``].filter(Boolean).join(` · `)}function Y(e){let{configuration:n}=e,r=t.g(e),a=e=>`<ul>${e.map(e=>`<li>${i(e)}</li>`).join(``)}</ul>`,o=n.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return s(`Changed rules`,n.changes.length>0?o+a(n.changes):``)+s(`Warnings`,r.length>0?a(r):``)}function X(e){let t=e.map(({title:e,description:t,svg:n,table:i})=>{let a=r(`${e}. ${t}`),o=c({caption:e,head:i.head.map(r),numbers:i.head.map((e,t)=>t).slice(1),rows:i.rows.map(e=>e.map(r)),shades:i.shades});return`<figure>
<h3>${r(e)}</h3>
<div class="plot" role="img" aria-label="${a}">${n}</div>
<figcaption>${r(t)}</figcaption>
<details><summary>Numbers</summary>
${o}
</details>
</figure>`});return s(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function Z(e){return(e.confusion?.classes.length??0)<=12?``:m(e).map(c).join(`
`)}function Q(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${r(t)}`:``,i=e.candidate.commit?` · commit ${r(e.candidate.commit)}`:``;return`<footer>Assay ${r(e.assay)}${i}${n}</footer>`}exports.a=O,exports.c=L,exports.d=N,exports.i=D,exports.l=j,exports.n=z,exports.o=I,exports.r=R,exports.renderHtml=G,exports.s=P,exports.t=B,exports.u=F;