const e=require("./outputs.js"),t=require("./fit.js"),n=require("./words.js"),r=require("./secrets.js");function i(e){return f(t.d(e))}function a(e){return f(t.f(e))}function o(e){return a(e).replace(/&#96;([\w./ -]{1,60})&#96;/g,`<code>$1</code>`)}function s(e){return e.split(/\r?\n/).map(e=>i(e.replaceAll(`	`,`    `))).join(`
`)}function c(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function l(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function u({caption:e,head:t,numbers:n,rows:r,shades:i}){if(r.length===0)return``;let o=e=>n.includes(e)?` class="number"`:``,s=t.map((e,t)=>`<th scope="col"${o(t)}>${e}</th>`).join(``),c=r.map(([e,...t],n)=>{let r=e=>d(i?.[n]?.[e]),a=t.map((e,t)=>`<td${o(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${o(0)}>${e}</th>${a}</tr>`}),l=a(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${l}"><table${i?` class="heat"`:``}>
<caption>${l}</caption>
<thead><tr>${s}</tr></thead>
<tbody>
${c.join(`
`)}
</tbody>
</table></div>`}function d(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.94*e))/100})${e>.5?`;color:#fff`:``}"`}function f(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function p(e,t,r){let o=n.l(e),s=e=>{let t=o&&e.differences[o];return[`${o?x(e,o):``}${e.gated?`<strong>${i(e.metric)}</strong>`:i(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,`${o?`${w(e[o],t)} → `:``}${w(e.candidate,t)}`,...o?[t?C(t):``,E(e,o)]:[T(e.candidate)],`${o?S(e,o):``}${e.note?` <small>${a(e.note)}</small>`:``}`]};return o?{caption:r,head:[`metric`,`${o} → candidate`,`change (95 % interval)`,`relative`,`shown`],numbers:[1,2,3],rows:t.map(s)}:{caption:r,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:t.map(s)}}function m(t){return{caption:`Gates: the rules and what they say`,head:[`verdict`,`rule`,`why`],numbers:[],rows:e.h(t).map(e=>[D(e),i(e.name),`${o(e.reason)}${O(e)}`])}}function h(e){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before → candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4],rows:e.map(e=>{let t=t=>t===void 0||e.rows<10?`–`:n.O(t,e.difference),r=e.rows<10;return[b(r?``:n.n[e.outcome],i(`${e.column} = ${e.value}`)),i(e.metric),r?`&lt; 10`:n.T(e.rows),r||e.baseline===void 0?t(e.candidate):`${t(e.baseline)} → ${t(e.candidate)}`,r||!e.difference?``:C(e.difference),n.u(e)]})}}function g({confusion:t}){if(!t)return[];let r=t.classes.map(i),a=(t,i)=>({caption:`Confusion matrix of the ${t}`,head:[`actual ↓ predicted →`,...r],numbers:r.map((e,t)=>t+1),rows:i.map((e,t)=>[r[t]??``,...e.map(n.T)]),shades:i.map(e.u)});return[a(`candidate`,t.candidate),...t.champion?[a(`champion`,t.champion)]:[]]}function _(e){let r=e.base?.usage?`base`:`champion`,[o,s]=[e.candidate.usage,e[r]?.usage],c=e=>e===void 0?`–`:n.E(e),l=(e,r)=>e===void 0?`–`:a(n.D(e,r&&t.d(r))),u=[[`training`,c(o?.trainSeconds),c(s?.trainSeconds)],[`evaluation`,c(o?.evaluateSeconds),c(s?.evaluateSeconds)],[`cost${o?.priceSource?` <small>${i(o.priceSource)}</small>`:``}`,l(o?.cost,o?.currency),l(s?.cost,s?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,r],numbers:[1,2],rows:u}}function v({candidate:e}){let t=e=>e===void 0?`–`:n.A(e);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(e.usage?.gpus??[]).map(e=>[`${e.index}: ${i(e.name)}`,t(e.utilisation),t(e.idleShare),e.memoryPeakMiB===void 0?`–`:`${n.T(e.memoryPeakMiB)}${e.memoryTotalMiB===void 0?``:` of ${n.T(e.memoryTotalMiB)}`} MiB`,e.energyWh===void 0?`–`:`${e.energyWh.toFixed(1)} Wh`,n.E(e.seconds)])}}function y(t){let r=n.l(t);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:t.metrics.flatMap(t=>{let n=r&&t.differences[r];if(!n)return[];let o=a(e.l(n));return[[i(t.metric),i(n.method),a(e.c(n.p)),o]]})}}function b(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function x(e,t){return b(e.differences[t]?n.t[e.judgement]:``,``)}function S(e,t){return`<span class="${e.judgement}">${a(n.f(e,t))}</span>`}function C(e){let[t=``,r]=n.C(e).split(` (`);return r===void 0?t:`${t} <span class="interval">(${r}</span>`}function w(e,t){return e?n.O(e.value,t??e):`–`}function T(e){return e?.interval?`${n.O(e.interval.low,e)} to ${n.O(e.interval.high,e)}`:``}function E(e,t){let r=e[t]?.value;return r===void 0||!e.candidate?``:n.k(e.differences[t]?.value??e.candidate.value-r,r)}function D(e){let t=e.waived?`🟡`:n.r[e.verdict],r=`${n.i[e.verdict]}${e.waived?`, waived`:``}`;return`<span class="${e.verdict}">${b(t,r)}</span>`}function O({waived:e}){return e?`<br><small>Waived until ${i(e.until)} by ${i(e.author)}: ${i(e.reason)}</small>`:``}const k=`#0072b2`,A=`#d55e00`,j=`#808890`,M=`#80889040`;function N(e){return t.d(e,60)}const P={axisLine:{lineStyle:{color:j}},axisTick:{lineStyle:{color:j}},axisLabel:{color:j},nameTextStyle:{color:j},splitLine:{lineStyle:{color:M}},nameLocation:`middle`};function F(e,t={}){return{type:`value`,name:e,nameGap:30,...P,...t}}function I(e,t,n={}){return{grid:{left:62,right:20,top:36,bottom:48},legend:{top:4,textStyle:{color:j},itemWidth:34,itemGap:24,...n},xAxis:e,yAxis:{...t,nameGap:44}}}function L(e,t,n,r={}){let i=n?k:A;return{name:e,type:`line`,data:t,showSymbol:!1,symbol:n?`circle`:`diamond`,itemStyle:{color:i},lineStyle:{color:i,width:2,type:n?`solid`:`dashed`},...r}}function R(){return{type:`line`,data:[[0,0],[1,1]],showSymbol:!1,silent:!0,lineStyle:{color:j,width:1,type:`dotted`}}}function z(e,t,n,r=!1){return{type:`custom`,data:e,silent:!0,encode:n?{x:[1,2],y:0}:{x:0,y:[1,2]},renderItem:(e,i)=>{let a=e=>i.coord(n?[e,i.value(0)]:[i.value(0),e]),[o,s]=a(i.value(1)),[c,l]=a(i.value(2));return{type:`line`,shape:{x1:o,y1:s,x2:c,y2:l},style:{stroke:t,lineWidth:1.5,lineDash:r?[4,3]:void 0}}}}}function B(e){let t=e.slices.filter(U),i=t[0]?.metric;if(i===void 0)return;let a=t.filter(e=>e.metric===i).sort((e,t)=>W(e)-W(t)).slice(0,30),o=a.toReversed(),s=a.some(e=>e.outcome===`cannot_judge`),c=N(i);return{title:`Slices: change of ${c}`,description:`Change of ${c} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.${s?` Grey slices are too small to judge.`:``}`,table:{head:[`slice`,`rows`,`change (95 % interval)`],rows:a.map(e=>[K(e),n.T(e.rows),n.C(e.difference)])},height:90+24*a.length,option:{grid:{left:138,right:24,top:12,bottom:48},xAxis:F(`change of ${r.d(c,30)}`),yAxis:{type:`category`,data:o.map(e=>r.d(K(e),20)),axisLabel:{color:j},axisLine:{show:!1},axisTick:{show:!1}},series:[...G(o,e=>e.outcome!==`cannot_judge`,k),...G(o,e=>e.outcome===`cannot_judge`,j)]}}}function V({seeds:e}){let t=e?.[0];if(!t)return;let i=e=>t.scores.flatMap((t,n)=>t[e]===void 0?[]:[[n,t[e]]]),a=(e,t,n,r)=>t.length>0?[{name:e,type:`scatter`,data:t,symbol:r,symbolSize:12,itemStyle:{color:n,opacity:1}}]:[],o=N(t.metric),s=e=>e===void 0?``:n.O(e);return{title:`Seeds: ${o}`,description:`${o} of every seed. The spread within a side is the noise of training.`,table:{head:[`seed`,`candidate`,`champion`],rows:t.scores.map(e=>[String(e.seed),s(e.candidate),s(e.champion)])},option:{...I({...F(`seed`),type:`category`,data:t.scores.map(e=>String(e.seed))},F(r.d(o,30),{scale:!0}),{itemWidth:14}),series:[...a(`champion`,i(`champion`),A,`diamond`),...a(`candidate`,i(`candidate`),k,`circle`)]}}}function H({confusion:e}){if(!e||e.classes.length>12)return[];let t=e.classes.map(N);return[q(`candidate`,t,e.candidate),...e.champion?[q(`champion`,t,e.champion)]:[]]}function U(e){return e.difference!==void 0&&e.rows>=10}function W({difference:e,direction:t=`higher`}){return n.x(e,t).value}function G(e,t,n){let r=e.flatMap((e,n)=>t(e)?[{index:n,...e.difference}]:[]);return r.length===0?[]:[z(r.map(({index:e,interval:t})=>[e,t.low,t.high]),n,!0),{type:`scatter`,symbolSize:9,itemStyle:{color:n,opacity:1},data:r.map(({index:e,value:t})=>[t,e]),markLine:{silent:!0,symbol:`none`,label:{show:!1},lineStyle:{color:j,type:`dotted`},data:[{xAxis:0}]}}]}function K(e){return N(`${e.column} = ${e.value}`)}function q(t,i,a){let o=i.map(e=>r.d(e,12)),s=o.toReversed(),c=a.flatMap((t,n)=>{let r=e.u(t);return t.map((e,t)=>({value:[t,i.length-1-n,e],share:r[t]}))}),l=o.join(``).length>30,u={type:`category`,axisLabel:{color:j,interval:0},axisTick:{show:!1},axisLine:{show:!1}},d={nameLocation:`middle`,nameTextStyle:{color:j}};return{title:`Confusion matrix of the ${t}`,description:`Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.`,table:{head:[`actual ↓ predicted →`,...i],rows:a.map((e,t)=>[i[t],...e.map(n.T)]),shades:a.map(e.u)},height:Math.max(230,90+(l?30:0)+36*i.length),option:{grid:{left:100,right:16,top:12,bottom:l?84:48},xAxis:{...u,...d,axisLabel:{...u.axisLabel,rotate:l?40:0},name:`predicted`,nameGap:l?62:28,data:o},yAxis:{...u,...d,name:`actual`,nameGap:82,data:s},series:[{type:`custom`,data:c.map(e=>e.value),silent:!0,encode:{x:0,y:1},renderItem:J(c.map(e=>e.share))}]}}}function J(e){return({dataIndex:t},r)=>{let[i,a]=r.coord([r.value(0),r.value(1)]),[o,s]=r.size([1,1]),c=e[t];return{type:`group`,children:[{type:`rect`,shape:{x:i-o/2+1,y:a-s/2+1,width:o-2,height:s-2},style:{fill:k,opacity:.08+.92*c,stroke:M}},{type:`text`,style:{x:i,y:a,text:n.T(r.value(2)),fill:c>.8?`#fff`:`currentColor`,align:`center`,verticalAlign:`middle`,fontSize:13}}]}}}async function Y(t,r){let{renderPlots:a}=await Promise.resolve().then(()=>require("./plots.js")),o=[Z(t),l(t.failure?n.c(t.failure):``,t.failure?`<pre>${s(t.failure.tail)}</pre>`:``),l(`What matters`,u(p(t,n.d(t),`Gated metrics and shown changes, losses first`))),l(`Gates`,u(m(t))),ee(t),te(a(t,r)),c(`Slices (${n.T(t.slices.length)})`,u(h(t.slices))),c(`All metrics (${n.T(t.metrics.length)})`,u(p(t,t.metrics,`All metrics`))),c(`Confusion matrices`,ne(t)),l(`Cost and time`,u(_(t))+u(v(t))),c(`How each interval was made`,u(y(t))),l(`Reproduce`,t.reproduce?`<pre>${i(t.reproduce)}</pre>`:``),l(`Notes of the team`,t.notes?`<pre>${s(t.notes)}</pre>`:``),re(t)];return X(e.f(t),o.filter(e=>e!==``).join(`
`))}function X(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${a(e)}</title>
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
.plot text[fill="#808890"]{fill:var(--soft)}
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
`}function Z(t){let{sign:n,verdict:r,meaning:o,why:s,tone:c}=e.d(t),l=(e,t)=>t?`<dt>${e}</dt><dd>${$(t)}</dd>`:``;return`<header>
<p class="model">${i(t.model)}</p>${Q(t)}
<h1><span aria-hidden="true">${n}</span> ${r} — ${a(o)}</h1>
<p class="why ${c}">${a(e.p(s).trim())}</p>
<dl>${l(`candidate`,t.candidate)}${l(`champion`,t.champion)}${l(`base`,t.base)}</dl>
</header>`}function Q(t){let n=e.s(t,1/0);if(!n)return``;let r=n.changes.map(e=>`<li>${o(e)}</li>`).join(``);return`\n<p><strong>${n.head}</strong> ${n.effect}</p>\n<ul>${r}</ul>`}function $(e){let{commit:t,testSet:r,metricCode:a,data:o=[],seeds:s,ageDays:c}=e,l=e=>`<code>${i(e.slice(0,12))}</code>`;return[t?l(t):``,i(e.source),c===void 0?``:`${n.a(c)} old`,r?`${n.T(r.rows)} rows, test set ${l(r.hash)}`:``,a?`metric code ${l(a)}`:``,...o.map(i),s?`seeds ${s.join(`, `)}`:``].filter(Boolean).join(` · `)}function ee(e){let{configuration:t}=e,r=n.p(e),i=e=>`<ul>${e.map(e=>`<li>${o(e)}</li>`).join(``)}</ul>`,a=t.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return l(`Changed rules`,t.changes.length>0?a+i(t.changes):``)+l(`Warnings`,r.length>0?i(r):``)}function te(e){let t=e.map(({title:e,description:t,svg:n,table:r})=>{let i=a(`${e}. ${t}`),o=u({caption:e,head:r.head.map(a),numbers:r.head.map((e,t)=>t).slice(1),rows:r.rows.map(e=>e.map(a)),shades:r.shades});return`<figure>
<h3>${a(e)}</h3>
<div class="plot" role="img" aria-label="${i}">${n}</div>
<figcaption>${a(t)}</figcaption>
<details><summary>Numbers</summary>
${o}
</details>
</figure>`});return l(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function ne(e){return(e.confusion?.classes.length??0)<=12?``:g(e).map(u).join(`
`)}function re(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${i(t)}`:``,r=e.candidate.commit?` · commit ${i(e.candidate.commit)}`:``;return`<footer>Assay ${i(e.assay)}${r}${n}</footer>`}exports.a=A,exports.c=z,exports.d=F,exports.i=k,exports.l=N,exports.n=V,exports.o=R,exports.r=B,exports.renderHtml=Y,exports.s=I,exports.t=H,exports.u=L;