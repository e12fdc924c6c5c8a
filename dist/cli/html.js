const e=require("./distributions.js"),t=require("./visible-text.js"),n=require("./words.js"),r=require("./outputs.js"),i=require("./escape.js"),a=require("./evaluation-change.js"),o=`#0072b2`,s=`#d55e00`,c=`#808890`,l=`#80889040`;function u(e){return i.o(e,60)}const d={axisLine:{lineStyle:{color:c}},axisTick:{lineStyle:{color:c}},axisLabel:{color:c},nameTextStyle:{color:c},splitLine:{lineStyle:{color:l}},nameLocation:`middle`};function f(e,t={}){return{type:`value`,name:e,nameGap:30,...d,...t}}function p(e,t,n={}){return{grid:{left:62,right:20,top:36,bottom:48},legend:{top:4,textStyle:{color:c},itemWidth:34,itemGap:24,...n},xAxis:e,yAxis:{...t,nameGap:44}}}function m(e,t,n,r={}){let i=n?o:s;return{name:e,type:`line`,data:t,showSymbol:!1,symbol:n?`circle`:`diamond`,itemStyle:{color:i},lineStyle:{color:i,width:2,type:n?`solid`:`dashed`},...r}}function h(){return{type:`line`,data:[[0,0],[1,1]],showSymbol:!1,silent:!0,lineStyle:{color:c,width:1,type:`dotted`}}}function g(e,t,n,r=!1){return{type:`custom`,data:e,silent:!0,encode:n?{x:[1,2],y:0}:{x:0,y:[1,2]},renderItem:(e,i)=>{let a=e=>i.coord(n?[e,i.value(0)]:[i.value(0),e]),[o,s]=a(i.value(1)),[c,l]=a(i.value(2));return{type:`line`,shape:{x1:o,y1:s,x2:c,y2:l},style:{stroke:t,lineWidth:1.5,lineDash:r?[4,3]:void 0}}}}}function _(n){let r=n.slices.filter(b),i=r[0]?.metric;if(i===void 0)return;let a=r.filter(e=>e.metric===i).sort((e,t)=>x(e)-x(t)).slice(0,30),s=a.toReversed(),l=a.some(e=>e.outcome===`cannot_judge`),d=u(i);return{title:`Slices: change of ${d}`,description:`Change of ${d} in each slice with its 95 % interval, worst at the top. An interval that crosses the dotted line at zero shows no difference.${l?` Grey slices are too small to judge.`:``}`,table:{head:[`slice`,`rows`,`change (95 % interval)`],rows:a.map(t=>[C(t),e.T(t.rows),e.S(t.difference)])},height:90+24*a.length,option:{grid:{left:138,right:24,top:12,bottom:48},xAxis:f(`change of ${t.n(d,30)}`),yAxis:{type:`category`,data:s.map(e=>t.n(C(e),20)),axisLabel:{color:c},axisLine:{show:!1},axisTick:{show:!1}},series:[...S(s,e=>e.outcome!==`cannot_judge`,o),...S(s,e=>e.outcome===`cannot_judge`,c)]}}}function v({seeds:n}){let r=n?.[0];if(!r)return;let i=e=>r.scores.flatMap((t,n)=>t[e]===void 0?[]:[[n,t[e]]]),a=(e,t,n,r)=>t.length>0?[{name:e,type:`scatter`,data:t,symbol:r,symbolSize:12,itemStyle:{color:n,opacity:1}}]:[],c=u(r.metric),l=t=>t===void 0?``:e.O(t);return{title:`Seeds: ${c}`,description:`${c} of every seed. The spread within a side is the noise of training.`,table:{head:[`seed`,`candidate`,`champion`],rows:r.scores.map(e=>[String(e.seed),l(e.candidate),l(e.champion)])},option:{...p({...f(`seed`),type:`category`,data:r.scores.map(e=>String(e.seed))},f(t.n(c,30),{scale:!0}),{itemWidth:14}),series:[...a(`champion`,i(`champion`),s,`diamond`),...a(`candidate`,i(`candidate`),o,`circle`)]}}}function y({confusion:e}){if(!e||e.classes.length>12)return[];let t=e.classes.map(u);return[w(`candidate`,t,e.candidate),...e.champion?[w(`champion`,t,e.champion)]:[]]}function b(e){return e.difference!==void 0&&e.rows>=10}function x({difference:e,direction:t=`higher`}){return n.b(e,t).value}function S(e,t,n){let r=e.flatMap((e,n)=>t(e)?[{index:n,...e.difference}]:[]);return r.length===0?[]:[g(r.map(({index:e,interval:t})=>[e,t.low,t.high]),n,!0),{type:`scatter`,symbolSize:9,itemStyle:{color:n,opacity:1},data:r.map(({index:e,value:t})=>[t,e]),markLine:{silent:!0,symbol:`none`,label:{show:!1},lineStyle:{color:c,type:`dotted`},data:[{xAxis:0}]}}]}function C(e){return u(`${e.column} = ${e.value}`)}function w(n,i,a){let o=i.map(e=>t.n(e,12)),s=o.toReversed(),l=a.flatMap((e,t)=>{let n=r.u(e);return e.map((e,r)=>({value:[r,i.length-1-t,e],share:n[r]}))}),u=o.join(``).length>30,d={type:`category`,axisLabel:{color:c,interval:0},axisTick:{show:!1},axisLine:{show:!1}},f={nameLocation:`middle`,nameTextStyle:{color:c}};return{title:`Confusion matrix of the ${n}`,description:`Actual classes down, predicted ones across. The darker a cell, the larger its share of the actual class; the diagonal is right.`,table:{head:[`actual ↓ predicted →`,...i],rows:a.map((t,n)=>[i[n],...t.map(e.T)]),shades:a.map(r.u)},height:Math.max(230,90+(u?30:0)+36*i.length),option:{grid:{left:100,right:16,top:12,bottom:u?84:48},xAxis:{...d,...f,axisLabel:{...d.axisLabel,rotate:u?40:0},name:`predicted`,nameGap:u?62:28,data:o},yAxis:{...d,...f,name:`actual`,nameGap:82,data:s},series:[{type:`custom`,data:l.map(e=>e.value),silent:!0,encode:{x:0,y:1},renderItem:T(l.map(e=>e.share))}]}}}function T(t){return({dataIndex:n},r)=>{let[i,a]=r.coord([r.value(0),r.value(1)]),[s,c]=r.size([1,1]),u=t[n];return{type:`group`,children:[{type:`rect`,shape:{x:i-s/2+1,y:a-c/2+1,width:s-2,height:c-2},style:{fill:o,opacity:.08+.92*u,stroke:l}},{type:`text`,style:{x:i,y:a,text:e.T(r.value(2)),fill:u>.8?`#fff`:`currentColor`,align:`center`,verticalAlign:`middle`,fontSize:13}}]}}}function E(e){return P(i.o(e))}function D(e){return P(i.s(e))}function O(e){return D(e).replace(/&#96;([\w./ :,{}-]{1,60})&#96;/g,`<code>$1</code>`)}function k(e){return e.split(/\r?\n/).map(e=>E(e.replaceAll(`	`,`    `))).join(`
`)}function A(e,t){return t===``?``:`<section>\n<details class="fold"><summary><h2>${e}</h2></summary>\n${t}\n</details>\n</section>`}function j(e,t){return t===``?``:`<section>\n<h2>${e}</h2>\n${t}\n</section>`}function M({caption:e,head:t,numbers:n,rows:r,shades:i}){if(r.length===0)return``;let a=e=>n.includes(e)?` class="number"`:``,o=t.map((e,t)=>`<th scope="col"${a(t)}>${e}</th>`).join(``),s=r.map(([e,...t],n)=>{let r=e=>N(i?.[n]?.[e]),o=t.map((e,t)=>`<td${a(t+1)}${r(t)}>${e}</td>`).join(``);return`<tr><th scope="row"${a(0)}>${e}</th>${o}</tr>`}),c=D(e);return`<div class="scroll" tabindex="0" role="region" aria-label="${c}"><table${i?` class="heat"`:``}>
<caption>${c}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${s.join(`
`)}
</tbody>
</table></div>`}function N(e){return e===void 0?``:` style="background:rgb(0 114 178/${Math.round(100*(.06+.94*e))/100})${e>.5?`;color:#fff`:``}"`}function P(e){return e.replace(/[&<>"'`]/g,e=>`&#${e.codePointAt(0)};`)}function F(e,t,r){let i=n.c(e),a=e=>{let t=i&&e.differences[i];return[`${i?U(e,i):``}${e.gated?`<strong>${E(e.metric)}</strong>`:E(e.metric)}${e.direction===`lower`?` <small>lower is better</small>`:``}`,`${i?`${K(e[i],t)} → `:``}${K(e.candidate,t)}`,...i?[t?G(t):``,J(e,i)]:[q(e.candidate)],`${i?W(e,i):``}${e.note?` <small>${D(e.note)}</small>`:``}`]};return i?{caption:r,head:[`metric`,`${i} → candidate`,`change (95 % interval)`,`relative`,`shown`],numbers:[1,2,3],rows:t.map(a)}:{caption:r,head:[`metric`,`candidate`,`95 % interval`,``],numbers:[1,2],rows:t.map(a)}}function I(e){return{caption:`Gates: the rules and what they say`,head:[`verdict`,`rule`,`why`],numbers:[],rows:a.c(e).map(e=>[Y(e),E(e.name),`${O(e.reason)}${X(e)}`])}}function L(t){return{caption:`Slices, worst first`,head:[`slice`,`metric`,`rows`,`before → candidate`,`change (95 % interval)`,`outcome`],numbers:[2,3,4],rows:t.map(t=>{let r=n=>n===void 0||t.rows<10?`–`:e.O(n,t.difference),i=t.rows<10;return[H(i?``:n.n[t.outcome],E(`${t.column} = ${t.value}`)),E(t.metric),i?`&lt; 10`:e.T(t.rows),i||t.baseline===void 0?r(t.candidate):`${r(t.baseline)} → ${r(t.candidate)}`,i||!t.difference?``:G(t.difference),n.l(t)]})}}function R({confusion:t}){if(!t)return[];let n=t.classes.map(E),i=(t,i)=>({caption:`Confusion matrix of the ${t}`,head:[`actual ↓ predicted →`,...n],numbers:n.map((e,t)=>t+1),rows:i.map((t,r)=>[n[r]??``,...t.map(e.T)]),shades:i.map(r.u)});return[i(`candidate`,t.candidate),...t.champion?[i(`champion`,t.champion)]:[]]}function z(t){let n=t.base?.usage?`base`:`champion`,[r,a]=[t.candidate.usage,t[n]?.usage],o=t=>t===void 0?`–`:e.E(t),s=(t,n)=>t===void 0?`–`:D(e.D(t,n&&i.o(n))),c=[[`training`,o(r?.trainSeconds),o(a?.trainSeconds)],[`evaluation`,o(r?.evaluateSeconds),o(a?.evaluateSeconds)],[`cost${r?.priceSource?` <small>${E(r.priceSource)}</small>`:``}`,s(r?.cost,r?.currency),s(a?.cost,a?.currency)]].filter(e=>e[1]!==`–`);return{caption:`Cost and time`,head:[`what`,`candidate`,n],numbers:[1,2],rows:c}}function B({candidate:t}){let n=t=>t===void 0?`–`:e.A(t);return{caption:`GPUs`,head:[`GPU`,`busy`,`idle`,`memory, peak`,`energy`,`time`],numbers:[1,2,3,4,5],rows:(t.usage?.gpus??[]).map(t=>[`${t.index}: ${E(t.name)}`,n(t.utilisation),n(t.idleShare),t.memoryPeakMiB===void 0?`–`:`${e.T(t.memoryPeakMiB)}${t.memoryTotalMiB===void 0?``:` of ${e.T(t.memoryTotalMiB)}`} MiB`,t.energyWh===void 0?`–`:`${t.energyWh.toFixed(1)} Wh`,e.E(t.seconds)])}}function V(e){let t=n.c(e);return{caption:`How each interval was made`,head:[`metric`,`method`,`p`,`from`],numbers:[2],rows:e.metrics.flatMap(e=>{let n=t&&e.differences[t];if(!n)return[];let i=D(r.l(n));return[[E(e.metric),E(n.method),D(r.c(n.p)),i]]})}}function H(e,t){return e===``?t:`<span aria-hidden="true">${e}</span> ${t}`}function U(e,t){return H(e.differences[t]?n.t[e.judgement]:``,``)}function W(e,t){return`<span class="${e.judgement}">${D(n.d(e,t))}</span>`}function G(t){let[n=``,r]=e.S(t).split(` (`);return r===void 0?n:`${n} <span class="interval">(${r}</span>`}function K(t,n){return t?e.O(t.value,n??t):`–`}function q(t){return t?.interval?`${e.O(t.interval.low,t)} to ${e.O(t.interval.high,t)}`:``}function J(t,n){let r=t[n]?.value;return r===void 0||!t.candidate?``:e.k(t.differences[n]?.value??t.candidate.value-r,r)}function Y(e){let t=e.waived?`🟡`:n.r[e.verdict],r=`${n.i[e.verdict]}${e.waived?`, waived`:``}`;return`<span class="${e.verdict}">${H(t,r)}</span>`}function X({waived:e}){return e?`<br><small>Waived until ${E(e.until)} by ${E(e.author)}: ${E(e.reason)}</small>`:``}async function Z(t,r){let{renderPlots:i}=await Promise.resolve().then(()=>require("./plots.js")),o=[$(t),j(t.failure?n.s(t.failure):``,t.failure?`<pre>${k(t.failure.tail)}</pre>`:``),j(`What matters`,M(F(t,n.u(t),`Gated metrics and shown changes, losses first`))),j(`Gates`,M(I(t))),re(t),ie(i(t,r)),A(`Slices (${e.T(t.slices.length)})`,M(L(t.slices))),A(`All metrics (${e.T(t.metrics.length)})`,M(F(t,t.metrics,`All metrics`))),A(`Confusion matrices`,ae(t)),j(`Cost and time`,M(z(t))+M(B(t))),j(`Profile`,ee(t)),A(`How each interval was made`,M(V(t))),j(`Reproduce`,t.reproduce?`<pre>${E(t.reproduce)}</pre>`:``),j(`Notes of the team`,t.notes?`<pre>${k(t.notes)}</pre>`:``),oe(t)];return Q(a.a(t),o.filter(e=>e!==``).join(`
`))}function Q(e,t){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="referrer" content="no-referrer">
<title>${D(e)}</title>
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
`}function $(e){let{sign:t,verdict:n,meaning:r,why:i,tone:o}=a.i(e),s=(e,t)=>t?`<dt>${e}</dt><dd>${ne(t)}</dd>`:``;return`<header>
<p class="model">${E(e.model)}</p>${te(e)}
<h1><span aria-hidden="true">${t}</span> ${n} — ${D(r)}</h1>
<p class="why ${o}">${D(a.o(i).trim())}</p>
<dl>${s(`candidate`,e.candidate)}${s(`champion`,e.champion)}${s(`base`,e.base)}</dl>
</header>`}function ee(e){let t=a.r(e);return t?`<p>${[t.is,...t.advice].map(O).join(` `)}</p>`:``}function te(e){let t=a.t(e,1/0);if(!t)return``;let n=t.changes.map(e=>`<li>${O(e)}</li>`).join(``);return`\n<p><strong>${t.head}</strong> ${t.effect}</p>\n<ul>${n}</ul>`}function ne(t){let{commit:r,testSet:i,metricCode:a,data:o=[],seeds:s,ageDays:c}=t,l=e=>`<code>${E(e.slice(0,12))}</code>`;return[r?l(r):``,E(t.source),c===void 0?``:`${n.a(c)} old`,i?`${e.C(i.rows,`row`)}, test set ${l(i.hash)}`:``,a?`metric code ${l(a)}`:``,...o.map(E),s?`seeds ${s.join(`, `)}`:``].filter(Boolean).join(` · `)}function re(e){let{configuration:t}=e,r=n.f(e),i=e=>`<ul>${e.map(e=>`<li>${O(e)}</li>`).join(``)}</ul>`,a=t.source===`base`?`<p>This pull request changes the rules. The changes take effect after the merge; this report is judged by the rules of the base.</p>`:``;return j(`Changed rules`,t.changes.length>0?a+i(t.changes):``)+j(`Warnings`,r.length>0?i(r):``)}function ie(e){let t=e.map(({title:e,description:t,svg:n,table:r})=>{let i=D(`${e}. ${t}`),a=M({caption:e,head:r.head.map(D),numbers:r.head.map((e,t)=>t).slice(1),rows:r.rows.map(e=>e.map(D)),shades:r.shades});return`<figure>
<h3>${D(e)}</h3>
<div class="plot" role="img" aria-label="${i}">${n}</div>
<figcaption>${D(t)}</figcaption>
<details><summary>Numbers</summary>
${a}
</details>
</figure>`});return j(`Plots`,t.length>0?`<div class="plots">\n${t.join(`
`)}\n</div>`:``)}function ae(e){return(e.confusion?.classes.length??0)<=12?``:R(e).map(M).join(`
`)}function oe(e){let t=e.run.url,n=t&&/^https?:\/\//.test(t)?` · run ${E(t)}`:``,r=e.candidate.commit?` · commit ${E(e.candidate.commit)}`:``;return`<footer>Assay ${E(e.assay)}${r}${n}</footer>`}exports.a=s,exports.c=g,exports.d=f,exports.i=o,exports.l=u,exports.n=v,exports.o=h,exports.r=_,exports.renderHtml=Z,exports.s=p,exports.t=y,exports.u=m;