const e=require("./without-secrets.js"),t=require("./fit.js"),n=require("./words.js"),r=require("./start.js");function i(e){return d(t.u(e))}function a(e){return i(e).replace(/&#96;([\w./ -]{1,60})&#96;/g,`<code>$1</code>`)}function o(e){return e.split(/\r?\n/).map(e=>i(e.replaceAll(`	`,`    `))).join(`
`)}function s(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function c(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function l({caption:e,head:t,numbers:n,rows:r,shades:a}){if(r.length===0)return``;let o=e=>n.includes(e)?` class="number"`:``,s=t.map((e,t)=>`<th scope="col"${o(t)}>${e}</th>`).join(``),c=r.map(([e,...t],n)=>{let r=e=>u(a?.[n]?.[e]),i=t.map((e,t)=>`<td${o(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${o(0)}>${e}</th>${i}</tr>`}),l=i(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${l}"><table${a?` class="heat"`:``}>
<caption>${l}</caption>
<thead><tr>${s}</tr></thead>
<tbody>
${c.join(`
`)}
</tbody>
</table></div>`}function u(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.94*e))/100})${e>.5?`;color:#fff`:``}"`}function d(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function f(e,t,r){let a=n.l(e),o=e=>{let t=a&&e.differences[a];return[`${a?b(e,a):``}${e.gated?`<strong>${i(e.metric)}</strong>`:i(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,`${a?`${C(e[a],t)} → `:``}${C(e.candidate,t)}`,...a?[t?S(t):``,T(e,a)]:[w(e.candidate)],`${a?x(e,a):``}${e.note?` <small>${i(e.note)}</small>`:``}`]};return a?{caption:r,head:[`metric`,`${a} → candidate`,`change (95 % interval)`,`relative`,`shown`],numbers:[1,2,3],rows:t.map(o)}:{caption:r,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:t.map(o)}}function p(t){return{caption:`Gates: the rules and what they say`,head:[`verdict`,`rule`,`why`],numbers:[],rows:e.h(t).map(e=>[E(e),i(e.name),`${a(e.reason)}${D(e)}`])}}function m(e){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before → candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4],rows:e.map(e=>{let t=t=>t===void 0||e.rows<10?`–`:n.T(t,e.difference),r=e.rows<10;return[y(r?``:n.n[e.outcome],i(`${e.column} = ${e.value}`)),i(e.metric),r?`&lt; 10`:n.S(e.rows),r||e.baseline===void 0?t(e.candidate):`${t(e.baseline)} → ${t(e.candidate)}`,r||!e.difference?``:S(e.difference),n.u(e)]})}}function h({confusion:t}){if(!t)return[];let r=t.classes.map(i),a=(t,i)=>({caption:`Confusion matrix of the ${t}`,head:[`actual ↓ predicted →`,...r],numbers:r.map((e,t)=>t+1),rows:i.map((e,t)=>[r[t]??``,...e.map(n.S)]),shades:i.map(e.u)});return[a(`candidate`,t.candidate),...t.champion?[a(`champion`,t.champion)]:[]]}function g(e){let t=e.base?.usage?`base`:`champion`,[r,a]=[e.candidate.usage,e[t]?.usage],o=e=>e===void 0?`–`:n.C(e),s=(e,t)=>e===void 0?`–`:i(n.w(e,t)),c=[[`training`,o(r?.trainSeconds),o(a?.trainSeconds)],[`evaluation`,o(r?.evaluateSeconds),o(a?.evaluateSeconds)],[`cost${r?.priceSource?` <small>${i(r.priceSource)}</small>`:``}`,s(r?.cost,r?.currency),s(a?.cost,a?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,t],numbers:[1,2],rows:c}}function _({candidate:e}){let t=e=>e===void 0?`–`:n.D(e);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(e.usage?.gpus??[]).map(e=>[`${e.index}: ${i(e.name)}`,t(e.utilisation),t(e.idleShare),e.memoryPeakMiB===void 0?`–`:`${n.S(e.memoryPeakMiB)}${e.memoryTotalMiB===void 0?``:` of ${n.S(e.memoryTotalMiB)}`} MiB`,e.energyWh===void 0?`–`:`${e.energyWh.toFixed(1)} Wh`,n.C(e.seconds)])}}function v(t){let r=n.l(t);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:t.metrics.flatMap(t=>{let n=r&&t.differences[r];if(!n)return[];let a=i(e.l(n));return[[i(t.metric),i(n.method),i(e.c(n.p)),a]]})}}function y(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function b(e,t){return y(e.differences[t]?n.t[e.judgement]:``,``)}function x(e,t){return`<span class="${e.judgement}">${i(n.f(e,t))}</span>`}function S(e){let[t=``,r]=n.b(e).split(` (`);return r===void 0?t:`${t} <span class="interval">(${r}</span>`}function C(e,t){return e?n.T(e.value,t??e):`–`}function w(e){return e?.interval?`${n.T(e.interval.low,e)} to ${n.T(e.interval.high,e)}`:``}function T(e,t){let r=e[t]?.value;return r===void 0||!e.candidate?``:n.E(e.differences[t]?.value??e.candidate.value-r,r)}function E(e){let t=e.waived?`🟡`:n.r[e.verdict],r=`${n.i[e.verdict]}${e.waived?`, waived`:``}`;return`<span class="${e.verdict}">${y(t,r)}</span>`}function D({waived:e}){return e?`<br><small>Waived until ${i(e.until)} by ${i(e.author)}: ${i(e.reason)}</small>`:``}const O=`#0072b2`,k=`#d55e00`,A=`#808890`,j=`#80889040`;function M(e){return t.u(e,60)}const N={axisLine:{lineStyle:{color:A}},axisTick:{lineStyle:{color:A}},axisLabel:{color:A},nameTextStyle:{color:A},splitLine:{lineStyle:{color:j}},nameLocation:`middle`};function P(e,t={}){return{type:`value`,name:e,nameGap:30,...N,...t}}function F(e,t,n={}){return{grid:{left:62,right:20,top:36,bottom:48},legend:{top:4,textStyle:{color:A},itemWidth:34,itemGap:24,...n},xAxis:e,yAxis:{...t,nameGap:44}}}function I(e,t,n,r={}){let i=n?O:k;return{name:e,type:`line`,data:t,showSymbol:!1,symbol:n?`circle`:`diamond`,itemStyle:{color:i},lineStyle:{color:i,width:2,type:n?`solid`:`dashed`},...r}}function L(){return{type:`line`,data:[[0,0],[1,1]],showSymbol:!1,silent:!0,lineStyle:{color:A,width:1,type:`dotted`}}}function R(e,t,n,r=!1){return{type:`custom`,data:e,silent:!0,encode:n?{x:[1,2],y:0}:{x:0,y:[1,2]},renderItem:(e,i)=>{let a=e=>i.coord(n?[e,i.value(0)]:[i.value(0),e]),[o,s]=a(i.value(1)),[c,l]=a(i.value(2));return{type:`line`,shape:{x1:o,y1:s,x2:c,y2:l},style:{stroke:t,lineWidth:1.5,lineDash:r?[4,3]:void 0}}}}}function z(e){let t=e.slices.filter(H),i=t[0]?.metric;if(i===void 0)return;let a=t.filter(e=>e.metric===i).sort((e,t)=>U(e)-U(t)).slice(0,30),o=a.toReversed(),s=a.some(e=>e.outcome===`cannot_judge`),c=M(i);return{title:`Slices: change of ${c}`,description:`Change of ${c} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.${s?` Grey slices are too small to judge.`:``}`,table:{head:[`slice`,`rows`,`change (95 % interval)`],rows:a.map(e=>[G(e),n.S(e.rows),n.b(e.difference)])},height:90+24*a.length,option:{grid:{left:138,right:24,top:12,bottom:48},xAxis:P(`change of ${r.o(c,30)}`),yAxis:{type:`category`,data:o.map(e=>r.o(G(e),20)),axisLabel:{color:A},axisLine:{show:!1},axisTick:{show:!1}},series:[...W(o,e=>e.outcome!==`cannot_judge`,O),...W(o,e=>e.outcome===`cannot_judge`,A)]}}}function B({seeds:e}){let t=e?.[0];if(!t)return;let i=e=>t.scores.flatMap((t,n)=>t[e]===void 0?[]:[[n,t[e]]]),a=(e,t,n,r)=>t.length>0?[{name:e,type:`scatter`,data:t,symbol:r,symbolSize:12,itemStyle:{color:n,opacity:1}}]:[],o=M(t.metric),s=e=>e===void 0?``:n.T(e);return{title:`Seeds: ${o}`,description:`${o} of every seed. The spread within a side is the noise of training.`,table:{head:[`seed`,`candidate`,`champion`],rows:t.scores.map(e=>[String(e.seed),s(e.candidate),s(e.champion)])},option:{...F({...P(`seed`),type:`category`,data:t.scores.map(e=>String(e.seed))},P(r.o(o,30),{scale:!0}),{itemWidth:14}),series:[...a(`champion`,i(`champion`),k,`diamond`),...a(`candidate`,i(`candidate`),O,`circle`)]}}}function V({confusion:e}){if(!e||e.classes.length>12)return[];let t=e.classes.map(M);return[K(`candidate`,t,e.candidate),...e.champion?[K(`champion`,t,e.champion)]:[]]}function H(e){return e.difference!==void 0&&e.rows>=10}function U({difference:e,direction:t=`higher`}){return n.v(e,t).value}function W(e,t,n){let r=e.flatMap((e,n)=>t(e)?[{index:n,...e.difference}]:[]);return r.length===0?[]:[R(r.map(({index:e,interval:t})=>[e,t.low,t.high]),n,!0),{type:`scatter`,symbolSize:9,itemStyle:{color:n,opacity:1},data:r.map(({index:e,value:t})=>[t,e]),markLine:{silent:!0,symbol:`none`,label:{show:!1},lineStyle:{color:A,type:`dotted`},data:[{xAxis:0}]}}]}function G(e){return M(`${e.column} = ${e.value}`)}function K(t,i,a){let o=i.map(e=>r.o(e,12)),s=o.toReversed(),c=a.flatMap((t,n)=>{let r=e.u(t);return t.map((e,t)=>({value:[t,i.length-1-n,e],share:r[t]}))}),l=o.join(``).length>30,u={type:`category`,axisLabel:{color:A,interval:0},axisTick:{show:!1},axisLine:{show:!1}},d={nameLocation:`middle`,nameTextStyle:{color:A}};return{title:`Confusion matrix of the ${t}`,description:`Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.`,table:{head:[`actual ↓ predicted →`,...i],rows:a.map((e,t)=>[i[t],...e.map(n.S)]),shades:a.map(e.u)},height:Math.max(230,90+(l?30:0)+36*i.length),option:{grid:{left:100,right:16,top:12,bottom:l?84:48},xAxis:{...u,...d,axisLabel:{...u.axisLabel,rotate:l?40:0},name:`predicted`,nameGap:l?62:28,data:o},yAxis:{...u,...d,name:`actual`,nameGap:82,data:s},series:[{type:`custom`,data:c.map(e=>e.value),silent:!0,encode:{x:0,y:1},renderItem:q(c.map(e=>e.share))}]}}}function q(e){return({dataIndex:t},r)=>{let[i,a]=r.coord([r.value(0),r.value(1)]),[o,s]=r.size([1,1]),c=e[t];return{type:`group`,children:[{type:`rect`,shape:{x:i-o/2+1,y:a-s/2+1,width:o-2,height:s-2},style:{fill:O,opacity:.08+.92*c,stroke:j}},{type:`text`,style:{x:i,y:a,text:n.S(r.value(2)),fill:c>.8?`#fff`:`currentColor`,align:`center`,verticalAlign:`middle`,fontSize:13}}]}}}async function J(t,r){let{renderPlots:a}=await Promise.resolve().then(()=>require("./plots.js")),u=[X(t),c(t.failure?n.c(t.failure):``,t.failure?`<pre>${o(t.failure.tail)}</pre>`:``),c(`What matters`,l(f(t,n.d(t),`Gated metrics and shown changes, losses first`))),c(`Gates`,l(p(t))),Q(t),$(a(t,r)),s(`Slices (${n.S(t.slices.length)})`,l(m(t.slices))),s(`All metrics (${n.S(t.metrics.length)})`,l(f(t,t.metrics,`All metrics`))),s(`Confusion matrices`,ee(t)),c(`Cost and time`,l(g(t))+l(_(t))),s(`How each interval was made`,l(v(t))),c(`Reproduce`,t.reproduce?`<pre>${i(t.reproduce)}</pre>`:``),c(`Notes of the team`,t.notes?`<pre>${o(t.notes)}</pre>`:``),te(t)];return Y(e.f(t),u.filter(e=>e!==``).join(`
`))}function Y(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${i(e)}</title>
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
`}function X(t){let{sign:n,verdict:r,meaning:a,why:o}=e.d(t),s=t.state===`skipped`?`skipped`:t.verdict,c=(e,t)=>t?`<dt>${e}</dt><dd>${Z(t)}</dd>`:``;return`<header>
<p class="model">${i(t.model)}</p>
<h1><span aria-hidden="true">${n}</span> ${r} — ${i(a)}</h1>
<p class="why ${s}">${i(e.p(o).trim())}</p>
<dl>${c(`candidate`,t.candidate)}${c(`champion`,t.champion)}${c(`base`,t.base)}</dl>
</header>`}function Z(e){let{commit:t,testSet:r,metricCode:a,data:o=[],seeds:s,ageDays:c}=e,l=e=>`<code>${i(e.slice(0,12))}</code>`;return[t?l(t):``,i(e.source),c===void 0?``:`${n.a(c)} old`,r?`${n.S(r.rows)} rows, test set ${l(r.hash)}`:``,a?`metric code ${l(a)}`:``,...o.map(i),s?`seeds ${s.join(`, `)}`:``].filter(Boolean).join(` · `)}function Q(e){let{configuration:t}=e,r=n.p(e),i=e=>`<ul>${e.map(e=>`<li>${a(e)}</li>`).join(``)}</ul>`,o=t.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return c(`Changed rules`,t.changes.length>0?o+i(t.changes):``)+c(`Warnings`,r.length>0?i(r):``)}function $(e){let t=e.map(({title:e,description:t,svg:n,table:r})=>{let a=i(`${e}. ${t}`),o=l({caption:e,head:r.head.map(i),numbers:r.head.map((e,t)=>t).slice(1),rows:r.rows.map(e=>e.map(i)),shades:r.shades});return`<figure>
<h3>${i(e)}</h3>
<div class="plot" role="img" aria-label="${a}">${n}</div>
<figcaption>${i(t)}</figcaption>
<details><summary>Numbers</summary>
${o}
</details>
</figure>`});return c(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function ee(e){return(e.confusion?.classes.length??0)<=12?``:h(e).map(l).join(`
`)}function te(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${i(t)}`:``,r=e.candidate.commit?` · commit ${i(e.candidate.commit)}`:``;return`<footer>Assay ${i(e.assay)}${r}${n}</footer>`}exports.a=k,exports.c=R,exports.d=P,exports.i=O,exports.l=M,exports.n=B,exports.o=L,exports.r=z,exports.renderHtml=J,exports.s=F,exports.t=V,exports.u=I;