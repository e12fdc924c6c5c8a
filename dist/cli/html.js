const e=require("./words.js"),t=require("./start.js"),n=require("./outputs.js"),r=require("./fit.js"),i=`#0072b2`,a=`#d55e00`,o=`#808890`,s=`#80889040`;function c(e){return r.d(e,60)}const l={axisLine:{lineStyle:{color:o}},axisTick:{lineStyle:{color:o}},axisLabel:{color:o},nameTextStyle:{color:o},splitLine:{lineStyle:{color:s}},nameLocation:`middle`};function u(e,t={}){return{type:`value`,name:e,nameGap:30,...l,...t}}function d(e,t,n={}){return{grid:{left:62,right:20,top:36,bottom:48},legend:{top:4,textStyle:{color:o},itemWidth:34,itemGap:24,...n},xAxis:e,yAxis:{...t,nameGap:44}}}function f(e,t,n,r={}){let o=n?i:a;return{name:e,type:`line`,data:t,showSymbol:!1,symbol:n?`circle`:`diamond`,itemStyle:{color:o},lineStyle:{color:o,width:2,type:n?`solid`:`dashed`},...r}}function p(){return{type:`line`,data:[[0,0],[1,1]],showSymbol:!1,silent:!0,lineStyle:{color:o,width:1,type:`dotted`}}}function m(e,t,n,r=!1){return{type:`custom`,data:e,silent:!0,encode:n?{x:[1,2],y:0}:{x:0,y:[1,2]},renderItem:(e,i)=>{let a=e=>i.coord(n?[e,i.value(0)]:[i.value(0),e]),[o,s]=a(i.value(1)),[c,l]=a(i.value(2));return{type:`line`,shape:{x1:o,y1:s,x2:c,y2:l},style:{stroke:t,lineWidth:1.5,lineDash:r?[4,3]:void 0}}}}}function h(n){let r=n.slices.filter(v),a=r[0]?.metric;if(a===void 0)return;let s=r.filter(e=>e.metric===a).sort((e,t)=>y(e)-y(t)).slice(0,30),l=s.toReversed(),d=s.some(e=>e.outcome===`cannot_judge`),f=c(a);return{title:`Slices: change of ${f}`,description:`Change of ${f} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.${d?` Grey slices are too small to judge.`:``}`,table:{head:[`slice`,`rows`,`change (95 % interval)`],rows:s.map(t=>[x(t),e.T(t.rows),e.C(t.difference)])},height:90+24*s.length,option:{grid:{left:138,right:24,top:12,bottom:48},xAxis:u(`change of ${t.y(f,30)}`),yAxis:{type:`category`,data:l.map(e=>t.y(x(e),20)),axisLabel:{color:o},axisLine:{show:!1},axisTick:{show:!1}},series:[...b(l,e=>e.outcome!==`cannot_judge`,i),...b(l,e=>e.outcome===`cannot_judge`,o)]}}}function g({seeds:n}){let r=n?.[0];if(!r)return;let o=e=>r.scores.flatMap((t,n)=>t[e]===void 0?[]:[[n,t[e]]]),s=(e,t,n,r)=>t.length>0?[{name:e,type:`scatter`,data:t,symbol:r,symbolSize:12,itemStyle:{color:n,opacity:1}}]:[],l=c(r.metric),f=t=>t===void 0?``:e.O(t);return{title:`Seeds: ${l}`,description:`${l} of every seed. The spread within a side is the noise of training.`,table:{head:[`seed`,`candidate`,`champion`],rows:r.scores.map(e=>[String(e.seed),f(e.candidate),f(e.champion)])},option:{...d({...u(`seed`),type:`category`,data:r.scores.map(e=>String(e.seed))},u(t.y(l,30),{scale:!0}),{itemWidth:14}),series:[...s(`champion`,o(`champion`),a,`diamond`),...s(`candidate`,o(`candidate`),i,`circle`)]}}}function _({confusion:e}){if(!e||e.classes.length>12)return[];let t=e.classes.map(c);return[S(`candidate`,t,e.candidate),...e.champion?[S(`champion`,t,e.champion)]:[]]}function v(e){return e.difference!==void 0&&e.rows>=10}function y({difference:t,direction:n=`higher`}){return e.x(t,n).value}function b(e,t,n){let r=e.flatMap((e,n)=>t(e)?[{index:n,...e.difference}]:[]);return r.length===0?[]:[m(r.map(({index:e,interval:t})=>[e,t.low,t.high]),n,!0),{type:`scatter`,symbolSize:9,itemStyle:{color:n,opacity:1},data:r.map(({index:e,value:t})=>[t,e]),markLine:{silent:!0,symbol:`none`,label:{show:!1},lineStyle:{color:o,type:`dotted`},data:[{xAxis:0}]}}]}function x(e){return c(`${e.column} = ${e.value}`)}function S(r,i,a){let s=i.map(e=>t.y(e,12)),c=s.toReversed(),l=a.flatMap((e,t)=>{let r=n.u(e);return e.map((e,n)=>({value:[n,i.length-1-t,e],share:r[n]}))}),u=s.join(``).length>30,d={type:`category`,axisLabel:{color:o,interval:0},axisTick:{show:!1},axisLine:{show:!1}},f={nameLocation:`middle`,nameTextStyle:{color:o}};return{title:`Confusion matrix of the ${r}`,description:`Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.`,table:{head:[`actual ↓ predicted →`,...i],rows:a.map((t,n)=>[i[n],...t.map(e.T)]),shades:a.map(n.u)},height:Math.max(230,90+(u?30:0)+36*i.length),option:{grid:{left:100,right:16,top:12,bottom:u?84:48},xAxis:{...d,...f,axisLabel:{...d.axisLabel,rotate:u?40:0},name:`predicted`,nameGap:u?62:28,data:s},yAxis:{...d,...f,name:`actual`,nameGap:82,data:c},series:[{type:`custom`,data:l.map(e=>e.value),silent:!0,encode:{x:0,y:1},renderItem:C(l.map(e=>e.share))}]}}}function C(t){return({dataIndex:n},r)=>{let[a,o]=r.coord([r.value(0),r.value(1)]),[c,l]=r.size([1,1]),u=t[n];return{type:`group`,children:[{type:`rect`,shape:{x:a-c/2+1,y:o-l/2+1,width:c-2,height:l-2},style:{fill:i,opacity:.08+.92*u,stroke:s}},{type:`text`,style:{x:a,y:o,text:e.T(r.value(2)),fill:u>.8?`#fff`:`currentColor`,align:`center`,verticalAlign:`middle`,fontSize:13}}]}}}function w(e){return M(r.d(e))}function T(e){return M(r.f(e))}function E(e){return T(e).replace(/&#96;([\w./ -]{1,60})&#96;/g,`<code>$1</code>`)}function D(e){return e.split(/\r?\n/).map(e=>w(e.replaceAll(`	`,`    `))).join(`
`)}function O(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function k(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function A({caption:e,head:t,numbers:n,rows:r,shades:i}){if(r.length===0)return``;let a=e=>n.includes(e)?` class="number"`:``,o=t.map((e,t)=>`<th scope="col"${a(t)}>${e}</th>`).join(``),s=r.map(([e,...t],n)=>{let r=e=>j(i?.[n]?.[e]),o=t.map((e,t)=>`<td${a(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${a(0)}>${e}</th>${o}</tr>`}),c=T(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${c}"><table${i?` class="heat"`:``}>
<caption>${c}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${s.join(`
`)}
</tbody>
</table></div>`}function j(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.94*e))/100})${e>.5?`;color:#fff`:``}"`}function M(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function N(t,n,r){let i=e.l(t),a=e=>{let t=i&&e.differences[i];return[`${i?V(e,i):``}${e.gated?`<strong>${w(e.metric)}</strong>`:w(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,`${i?`${W(e[i],t)} → `:``}${W(e.candidate,t)}`,...i?[t?U(t):``,K(e,i)]:[G(e.candidate)],`${i?H(e,i):``}${e.note?` <small>${T(e.note)}</small>`:``}`]};return i?{caption:r,head:[`metric`,`${i} → candidate`,`change (95 % interval)`,`relative`,`shown`],numbers:[1,2,3],rows:n.map(a)}:{caption:r,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:n.map(a)}}function P(e){return{caption:`Gates: the rules and what they say`,head:[`verdict`,`rule`,`why`],numbers:[],rows:n.h(e).map(e=>[q(e),w(e.name),`${E(e.reason)}${J(e)}`])}}function F(t){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before → candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4],rows:t.map(t=>{let n=n=>n===void 0||t.rows<10?`–`:e.O(n,t.difference),r=t.rows<10;return[B(r?``:e.n[t.outcome],w(`${t.column} = ${t.value}`)),w(t.metric),r?`&lt; 10`:e.T(t.rows),r||t.baseline===void 0?n(t.candidate):`${n(t.baseline)} → ${n(t.candidate)}`,r||!t.difference?``:U(t.difference),e.u(t)]})}}function I({confusion:t}){if(!t)return[];let r=t.classes.map(w),i=(t,i)=>({caption:`Confusion matrix of the ${t}`,head:[`actual ↓ predicted →`,...r],numbers:r.map((e,t)=>t+1),rows:i.map((t,n)=>[r[n]??``,...t.map(e.T)]),shades:i.map(n.u)});return[i(`candidate`,t.candidate),...t.champion?[i(`champion`,t.champion)]:[]]}function L(t){let n=t.base?.usage?`base`:`champion`,[i,a]=[t.candidate.usage,t[n]?.usage],o=t=>t===void 0?`–`:e.E(t),s=(t,n)=>t===void 0?`–`:T(e.D(t,n&&r.d(n))),c=[[`training`,o(i?.trainSeconds),o(a?.trainSeconds)],[`evaluation`,o(i?.evaluateSeconds),o(a?.evaluateSeconds)],[`cost${i?.priceSource?` <small>${w(i.priceSource)}</small>`:``}`,s(i?.cost,i?.currency),s(a?.cost,a?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,n],numbers:[1,2],rows:c}}function R({candidate:t}){let n=t=>t===void 0?`–`:e.A(t);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(t.usage?.gpus??[]).map(t=>[`${t.index}: ${w(t.name)}`,n(t.utilisation),n(t.idleShare),t.memoryPeakMiB===void 0?`–`:`${e.T(t.memoryPeakMiB)}${t.memoryTotalMiB===void 0?``:` of ${e.T(t.memoryTotalMiB)}`} MiB`,t.energyWh===void 0?`–`:`${t.energyWh.toFixed(1)} Wh`,e.E(t.seconds)])}}function z(t){let r=e.l(t);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:t.metrics.flatMap(e=>{let t=r&&e.differences[r];if(!t)return[];let i=T(n.l(t));return[[w(e.metric),w(t.method),T(n.c(t.p)),i]]})}}function B(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function V(t,n){return B(t.differences[n]?e.t[t.judgement]:``,``)}function H(t,n){return`<span class="${t.judgement}">${T(e.f(t,n))}</span>`}function U(t){let[n=``,r]=e.C(t).split(` (`);return r===void 0?n:`${n} <span class="interval">(${r}</span>`}function W(t,n){return t?e.O(t.value,n??t):`–`}function G(t){return t?.interval?`${e.O(t.interval.low,t)} to ${e.O(t.interval.high,t)}`:``}function K(t,n){let r=t[n]?.value;return r===void 0||!t.candidate?``:e.k(t.differences[n]?.value??t.candidate.value-r,r)}function q(t){let n=t.waived?`🟡`:e.r[t.verdict],r=`${e.i[t.verdict]}${t.waived?`, waived`:``}`;return`<span class="${t.verdict}">${B(n,r)}</span>`}function J({waived:e}){return e?`<br><small>Waived until ${w(e.until)} by ${w(e.author)}: ${w(e.reason)}</small>`:``}async function Y(t,r){let{renderPlots:i}=await Promise.resolve().then(()=>require("./plots.js")),a=[Z(t),k(t.failure?e.c(t.failure):``,t.failure?`<pre>${D(t.failure.tail)}</pre>`:``),k(`What matters`,A(N(t,e.d(t),`Gated metrics and shown changes, losses first`))),k(`Gates`,A(P(t))),ee(t),te(i(t,r)),O(`Slices (${e.T(t.slices.length)})`,A(F(t.slices))),O(`All metrics (${e.T(t.metrics.length)})`,A(N(t,t.metrics,`All metrics`))),O(`Confusion matrices`,ne(t)),k(`Cost and time`,A(L(t))+A(R(t))),O(`How each interval was made`,A(z(t))),k(`Reproduce`,t.reproduce?`<pre>${w(t.reproduce)}</pre>`:``),k(`Notes of the team`,t.notes?`<pre>${D(t.notes)}</pre>`:``),re(t)];return X(n.f(t),a.filter(e=>e!==``).join(`
`))}function X(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${T(e)}</title>
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
`}function Z(e){let{sign:t,verdict:r,meaning:i,why:a,tone:o}=n.d(e),s=(e,t)=>t?`<dt>${e}</dt><dd>${$(t)}</dd>`:``;return`<header>
<p class="model">${w(e.model)}</p>${Q(e)}
<h1><span aria-hidden="true">${t}</span> ${r} — ${T(i)}</h1>
<p class="why ${o}">${T(n.p(a).trim())}</p>
<dl>${s(`candidate`,e.candidate)}${s(`champion`,e.champion)}${s(`base`,e.base)}</dl>
</header>`}function Q(e){let t=n.s(e,1/0);if(!t)return``;let r=t.changes.map(e=>`<li>${E(e)}</li>`).join(``);return`\n<p><strong>${t.head}</strong> ${t.effect}</p>\n<ul>${r}</ul>`}function $(t){let{commit:n,testSet:r,metricCode:i,data:a=[],seeds:o,ageDays:s}=t,c=e=>`<code>${w(e.slice(0,12))}</code>`;return[n?c(n):``,w(t.source),s===void 0?``:`${e.a(s)} old`,r?`${e.T(r.rows)} rows, test set ${c(r.hash)}`:``,i?`metric code ${c(i)}`:``,...a.map(w),o?`seeds ${o.join(`, `)}`:``].filter(Boolean).join(` · `)}function ee(t){let{configuration:n}=t,r=e.p(t),i=e=>`<ul>${e.map(e=>`<li>${E(e)}</li>`).join(``)}</ul>`,a=n.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return k(`Changed rules`,n.changes.length>0?a+i(n.changes):``)+k(`Warnings`,r.length>0?i(r):``)}function te(e){let t=e.map(({title:e,description:t,svg:n,table:r})=>{let i=T(`${e}. ${t}`),a=A({caption:e,head:r.head.map(T),numbers:r.head.map((e,t)=>t).slice(1),rows:r.rows.map(e=>e.map(T)),shades:r.shades});return`<figure>
<h3>${T(e)}</h3>
<div class="plot" role="img" aria-label="${i}">${n}</div>
<figcaption>${T(t)}</figcaption>
<details><summary>Numbers</summary>
${a}
</details>
</figure>`});return k(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function ne(e){return(e.confusion?.classes.length??0)<=12?``:I(e).map(A).join(`
`)}function re(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${w(t)}`:``,r=e.candidate.commit?` · commit ${w(e.candidate.commit)}`:``;return`<footer>Assay ${w(e.assay)}${r}${n}</footer>`}exports.a=a,exports.c=m,exports.d=u,exports.i=i,exports.l=c,exports.n=g,exports.o=p,exports.r=h,exports.renderHtml=Y,exports.s=d,exports.t=_,exports.u=f;