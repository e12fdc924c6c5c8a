const e=require("./names.js"),t=require("./watched.js"),n=require("./page.js"),r=require("./words.js"),i=require("./start.js"),a=require("./places.js"),o=require("./rules.js"),s=require("./judge.js"),c=require("./html.js"),l=require("./numbers.js"),u=require("./live-of.js");require("./slices.js");const d=require("./experiment-plan.js"),f=require("./canary-now.js"),p=require("./unknown-name.js"),m=require("./sources.js"),h=require("./ask-tried.js"),g=require("./project.js"),_=require("./fault.js"),v=require("./profile-file.js");let y=require("node:crypto"),b=require("node:path"),ee=require("node:timers/promises");function te(e,t,n){let r=e?.verdict.key===t.key?e:void 0,{evidence:i,asOf:a}=t,o=i&&a!==void 0?{evidence:i,asOf:a}:r?.seen,s=i?.since??-1/0,c=(r?.points??[]).filter(({at:e})=>e>=s),l=x(t),u=l!==void 0&&l.at>(c.at(-1)?.at??-1/0);return{verdict:t,lookedAt:n,verdictSince:r?.verdict.verdict===t.verdict?r.verdictSince:n,...o&&{seen:o},points:u?w(S(c,l)):c}}function x({asOf:e,evidence:t}){let n=t?.conversion;if(!n||e===void 0)return;let{challenger:r,champion:i,difference:a,low:o,high:s}=n,c=({events:e,units:t})=>e/t;return{at:e,challenger:c(r),champion:c(i),difference:a,low:o,high:s}}function S(e,t){let[n,r]=e.toReversed();return[...n!==void 0&&r!==void 0&&n.at-r.at<C?e.slice(0,-1):e,t]}const C=5e4;function w(e){return e.length<=500?e:e.filter((t,n)=>(e.length-1-n)%2==0)}function ne(e,{champion:t,file:n},r){let{model:i,environment:a}=e,s={model:i,environment:a};if(`failed`in n)return{...s,step:n};if(!t)return{...s,step:{failed:se}};let c={champion:t,file:n,rules:o.t(t.version,n)},l=r&&!(`failed`in r.step)&&ce(r.step)===ce(c);return{...s,step:c,...l&&r.course&&{course:r.course}}}function T(e,t,n){let{model:r,environment:i,step:a,course:s}=e,c={...e,course:te(s,t,n)},l=s?.verdict;if(l?.verdict===t.verdict&&l.reason.kind===t.reason.kind)return{watching:c};let{challenger:u,weight:d}=a.file;return{watching:c,change:`${r} in ${i}: ${u.version} at ${d} %: ${t.verdict}: ${o.l(t)}`}}function E({step:e,course:t},n){if(`failed`in e)return D({kind:e.kind??`unread`,why:e.failed});let{key:r}=e.rules;if(!t)return{...D({kind:`not_yet`}),key:r};let{lookedAt:i,verdict:a}=t;if(n-i>18e4)return{...D({kind:`halted`,lookedAt:i}),key:r};let{asOf:o}=a;return o===void 0||n-o<=18e4?a:{...D({kind:`stale`,asOf:o}),key:r,asOf:o}}function re(e,t){let{evidence:n,asOf:r}=E(e,t);if(n&&r!==void 0&&e.course)return Math.min(e.course.lookedAt,r)+s.t}function ie(e,t,n){if(!e)return D({kind:`none`});let{step:r}=e;return(`failed`in r?void 0:le(r,t.release)??ue(r,t.weight))??E(e,n)}function ae({model:e,environment:t},n,r){let i=n&&!(`failed`in n.step)?n.step:void 0,{reason:a,needs:s,asOf:c,key:l,evidence:u}=r,{course:d}=n??{},f=o.s(r),p=e=>new Date(e).toISOString();return{verdict:r.verdict,reason:o.l(r),kind:a.kind,model:e,environment:t,...i&&de(i),...l!==void 0&&{key:l},...c!==void 0&&{asOf:p(c)},...d&&{lookedAt:p(d.lookedAt)},...s!==void 0&&{needs:s},...f&&{traffic:f},...u&&{evidence:u}}}function oe({release:e,looked:t},n){if(!t)return{unknown:`assay watch has not looked at its answers yet`};let{slow:r,at:a}=t;return n-a>18e4?{unknown:`assay watch looked at its answers last at ${i.T(a)}`}:`unknown`in r?r:{...r,release:e}}const se=`the record of the release beside it cannot be read`;function D(e){return{verdict:s.r[e.kind],reason:e}}function ce({rules:e,file:t}){return`${e.key} ${a.j(t.challenger)}`}function le({file:e,rules:t},n){let{challenger:r}=e;if(n!==void 0&&n!==r.version&&n!==a.j(r))return{...D({kind:`other_release`,asked:n,challenger:r.version}),key:t.key}}function ue({file:e,rules:t},n){if(n!==void 0&&n!==String(e.weight))return{...D({kind:`other_weight`,asked:n,weight:e.weight}),key:t.key}}function de({champion:e,file:t}){let{challenger:n,weight:r,unit:i}=t;return{champion:e.version,challenger:n.version,release:a.j(n),weight:r,unit:i}}const fe=`${n.u}:root{--link:#0759b8}
@media(prefers-color-scheme:dark){:root{--link:#6cb2ff}}
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
`;function O({title:e,viewer:t,version:r,live:i},a){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${n.l(e)}</title>
<style>${fe}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${i?pe:``}
${t?he(t):``}
</header>
<main id="main"${i?me(i):``}>
${a}
</main>
<footer>Assay ${n.c(r)}. This page changes nothing: commands are comments in pull requests.</footer>
${i?`<script>${i.script}<\/script>`:``}
</body>
</html>
`}const pe=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function me(e){if(`row`in e){let t=e.good===void 0?``:` data-good="${e.good}"`,r=e.every===void 0?``:` data-every="${e.every}"`;return` data-row="${n.l(e.row)}"${t}${r}`}return` data-at="${e.at}"${e.isPart?` data-part`:``}`}function he({login:e,maySignOut:t}){let r=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${n.c(e)}${r}</div>`}function k(e,t){let r=n.l(t);return e!==void 0&&/^https?:\/\//.test(e)?`<a href="${n.l(e)}">${r}</a>`:`<strong>${r}</strong>`}function A(e,t){return`<a href="${n.l(e)}">${n.l(t)}</a>`}function ge({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function _e({model:e,environment:t}){return`/canary/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function ve(e,t){let n=`failed`in e.step?``:` at ${e.step.file.weight} %`;return`${`failed`in e.step||e.step.file.decide===void 0?`canary`:`experiment`}${n}: ${r.i[E(e,t).verdict]}`}const ye={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};e.I({models:e.k(e.I({model:e.B(),environment:e.B(),release:e.B().optional(),state:e.E(c.l),kind:e.B().max(40).optional(),words:e.B(),canary:e.B().max(100).optional()}))}),e.I({report:e.B()});function be({caption:e,columns:t,width:r,rows:i}){if(i.length===0)return``;let a=n.l(e),o=t.map(e=>`<th scope="col">${n.c(e)}</th>`).join(``);return`<div class="scroll" tabindex="0" role="region" aria-label="${a}"><table class="stack${r===void 0?``:` ${r}`}">
<caption>${a}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${i.join(`
`)}
</tbody>
</table></div>`}function xe(e){return`<td data-of="${n.c(e)}">`}function j(e,t,n){return be({caption:e,columns:t,width:`rows`,rows:n.map(([e=``,...n])=>`<tr><th scope="row">${e}</th>${n.map((e,n)=>`${xe(t[n+1])}<div>${e}</div>`).join(``)}</tr>`)})}function Se(e,t){let n=Ce.flatMap(([n,r])=>{let[i,a]=[r(e),r(t)];return i===a?[]:[[n,a||`–`,i||`–`]]}),r=Te(e,t);return`${j(`What the two releases are`,[`what`,`challenger`,`champion`],[...n,...we(e,t)])}${r}`}const Ce=[[`release`,({version:e})=>n.c(e)],[`commit`,({commit:e,repository:t})=>k(`${t}/commit/${e}`,e.slice(0,7))],[`change`,({subject:t=``})=>n.c(e.J(t,120))],[`released`,({created:e,by:t})=>`${i.T(Date.parse(e))} by ${n.c(t)}`],[`verdict in the pull request`,({verdict:e})=>r.i[e]],[`data`,({data:t=[]})=>t.slice(0,5).map(t=>n.c(e.J(t,120))).join(`<br>`)],[`test set`,({test_set:e})=>e?`${n.c(e.hash.slice(0,12))}, ${l.n(e.rows,`row`)}`:``],[`image`,({image:e})=>e?n.c(e.tag??e.digest.slice(0,19)):``],[`model`,({uri:t=``})=>n.c(e.J(t,120))],[`run`,({run:e})=>e===void 0?``:k(e,`the run that made it`)]];function we(t,r){let[i,a]=[t.parameters??{},r.parameters??{}],o=(e,t)=>Object.hasOwn(e,t)?String(e[t]):void 0,s=[.../* @__PURE__ */ new Set([...Object.keys(a),...Object.keys(i)])].filter(e=>o(a,e)!==o(i,e)),c=t=>t===void 0?`–`:n.c(e.J(t,80)),u=s.slice(0,20).map(t=>[n.c(e.J(t,60)),c(o(a,t)),c(o(i,t))]),d=s.length-u.length;return d>0?[...u,[`${l.a(d)} more parameters`,``,``]]:u}function Te(e,t){let{repository:r,commit:i}=t;return e.repository!==r||e.commit===i?``:`<p>${k(`${r}/compare/${e.commit}...${i}`,`All commits between the two`)} <small>${n.l(r.replace(/^https?:\/\//,``))}</small></p>`}function Ee(e,{since:t,horizon:n,margin:r}){let a=e.at(-1);if(!a)return;let o=`${Re(a)}, the margin is −${r}`;return{title:`Conversion of both releases, and the difference`,description:`${l.n(e.length,`look`)} since ${i.T(e[0].at)}. Now the difference is ${o}. The shaded interval holds at every look, at 95 %, and is promised until ${i.T(n)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,svg:Ae(e,{since:t,horizon:n,margin:r,last:a}),table:{head:[`time (UTC)`,`challenger`,`champion`,`difference (interval)`],rows:ze(e,ke).map(e=>[i.w(e.at),N(e.challenger),N(e.champion),Re(e)])}}}const De={top:30,bottom:118},Oe={top:154,bottom:296},ke=12;function Ae(e,{since:t,horizon:n,margin:r,last:a}){let o=Math.min(Math.max(n,a.at),Math.max(a.at+(a.at-t),t+je)),s=Fe([t,o],[58,412]),c=Ie(1.5*Math.max(a.challenger,a.champion,.001),1),l=Fe([0,c],[De.bottom,De.top]),u=Ie(Math.max(2*r,1.2*Math.max(-a.low,a.high)),1),d=Fe([-u,u],[Oe.bottom,Oe.top]),f=(t,n)=>e.map(e=>`${M(s(e.at))} ${M(n(t(e)))}`),p=f(({high:e})=>e,d),m=f(({low:e})=>e,d).toReversed();return`<svg viewBox="0 0 420 326" aria-hidden="true">
${Me()}
${[0,c/2,c].map(e=>Ne(l(e),N(e))).join(``)}
<path class="other" d="M${f(({champion:e})=>e,l).join(`L`)}"/>
<path class="own" d="M${f(({challenger:e})=>e,l).join(`L`)}"/>
${Pe(s(a.at),l(a.champion),`other`)}${Pe(s(a.at),l(a.challenger),`own`)}
<text x="58" y="${Oe.top-10}">challenger less champion</text>
${[-u,u].map(e=>Ne(d(e),Le(e))).join(``)}
<path class="band" d="M${[...p,...m].join(`L`)}Z"/>
<path class="zero" d="M58 ${d(0)}H412"/><text class="end" x="52" y="${d(0)+4}">0</text>
<path class="margin" d="M58 ${M(d(-r))}H412"/><text class="end" x="412" y="${M(d(-r)+14)}">margin −${r}</text>
<path class="own" d="M${f(({difference:e})=>e,d).join(`L`)}"/>
${Pe(s(a.at),d(a.difference),`own`)}
<text x="58" y="316">${i.w(t)}</text><text class="end" x="412" y="316">${o===n?`horizon `:``}${i.w(o)}</text>
</svg>`}const je=6e4;function Me(){return`<path class="own" d="M58 12h26"/><text x="90" y="16">challenger</text><path class="other" d="M180 12h26"/><text x="212" y="16">champion</text>`}function Ne(e,t){return`<path class="grid" d="M58 ${M(e)}H412"/><text class="end" x="52" y="${M(e+4)}">${t}</text>`}function Pe(e,t,n){return`<circle class="${n}" cx="${M(e)}" cy="${M(t)}" r="3.5"/>`}function Fe([e,t],[n,r]){return i=>n+Math.min(1,Math.max(0,(i-e)/(t-e)))*(r-n)}function Ie(e,t){let n=10**Math.floor(Math.log10(e)),r=[1,1.5,2,3,4,6,8,10].find(t=>t*n>=e*(1-1e-9));return Math.min(t,Number((r*n).toPrecision(3)))}function M(e){return Number(e.toFixed(1))}function Le(e){return`${e<0?`−`:`+`}${Math.abs(e)}`}function N(e){return`${Number((100*e).toPrecision(3))} %`}function Re({difference:e,low:t,high:n}){return l.t({value:e,interval:{low:t,high:n}})}function ze(e,t){if(e.length<=t)return[...e];let n=(e.length-1)/(t-1);return Array.from({length:t},(t,r)=>e[Math.round(r*n)])}function Be(e,t){return E(e,t).evidence!==void 0}function Ve({step:{file:e},course:t}){let n=t?.seen?.evidence,{split:r}=n??{};if(!n||!r)return`<p>Nothing has come yet.</p>`;let{declared:i,seen:a,units:s}=r,{meshSplit:c}=n,u=Math.round(a*s);return Ye(`Units of each release`,[[`Declared`,`${o.c(i)} of the ${e.unit}s to the challenger`],[`Seen`,Je(r)],...c?[[`By the mesh`,`${Je(c)}, of ${l.n(c.units,`request`)}`]]:[],[`n`,`${l.n(s,e.unit)}: ${l.a(u)} met the challenger, ${l.a(s-u)} the champion`],[`Met both`,`${l.n(n.metBoth,e.unit)}, counted in neither`],[`Not attributed`,`${l.n(n.unattributed,`event`)} without a ${e.unit} or of another release`]])}function He({step:{file:e,rules:t},course:r}){let{outcome:i,within:a,margin:o}=e.conversion,s=`<p>Of the ${e.unit}s that came, the share with <strong>${n.c(i)}</strong> within ${n.c(a)} of their first contact; each is counted once that time is over.</p>`,c=r?.seen,u=c?.evidence.conversion,{outcomes:d}=c?.evidence??{},f=d===void 0?``:`<p class="note">${l.n(d,`outcome`)} so far, with those of ${e.unit}s whose time is not over.</p>`;if(!c||!u)return`${s}\n<p>None has had its ${n.c(a)} yet in both releases.</p>\n${f}`;let{since:p}=c.evidence,m=Ee(r.points,{since:p,horizon:p+t.horizon,margin:o}),h=m?`<figure>
<div class="plot" role="img" aria-label="${n.l(`${m.title}. ${m.description}`)}">${m.svg}</div>
<figcaption class="note">${n.l(m.description)}</figcaption>
<details><summary>Numbers over time</summary>
${j(m.title,m.table.head,m.table.rows.map(e=>e.map(n.l)))}
</details>
</figure>`:``;return[s,Xe(u),f,h].filter(Boolean).join(`
`)}function Ue({step:{file:e},course:t}){if(e.slices===void 0)return``;let r=t?.seen?.evidence.slices,i=`<strong>${n.c(e.slices)}</strong>`;return r?`<p>By ${i} at the first contact. Nothing is decided by it. The intervals hold at every look, all of them together.</p>
${j(`Conversion in each slice`,[`slice`,`challenger`,`champion`,`difference`],r.map(({name:e,challenger:t,champion:r,change:i})=>[e===`__others__`?`all others`:n.c(e),t.units>0?F(t):`–`,r.units>0?F(r):`–`,i?n.l(l.t({value:i.difference,interval:{low:i.low,high:i.high}})):`<small>too few</small>`]))}`:`<p>Nothing is counted by ${i}: it takes the collector, and a profile of the champion with that feature and its categories.</p>`}function We({step:{file:e},course:t}){let r=t?.seen?.evidence.harm??[],i=new Set(r.map(({metric:e})=>e)),o=e.guardrails.filter(e=>!i.has(e)).map(P),s=o.length>0?`<p class="note">Without ${e.unit}s yet: ${o.join(`, `)}.</p>`:``,c=j(`Evidence of harm: it is shown where e reaches the limit, however often it is looked at`,[`what`,`challenger`,`champion`,`evidence`,`limit`],r.map(e=>[n.l(P(e.metric)),F(e.challenger),F(e.champion),Ze(e),l.a(e.limit)])),u=a.G(e).mesh.map(P).join(` and `);return`${c}${s}${u?`<p class="note">${n.l(u)}: of the requests that the proxies of ${n.c(e.mesh?.series??`the mesh`)} count.</p>`:``}`}function Ge(e,t){let{course:n,step:r}=e;if(!n)return`<p>Nothing has been looked at yet.</p>`;let a=`looked at ${i.T(n.lookedAt)}`;if(!n.seen)return`<p>No counts of this step have been seen; ${a}.</p>`;let{asOf:o,evidence:c}=n.seen,u=Be(e,t)?``:` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`;return`<p>The newest counts are ${qe(o,t)}, of ${i.T(o)}; ${a}. After ${l.o(s.t/1e3)} they say nothing of now.${u}</p>
<p class="note">Counted since ${i.T(c.since)}; ${Ke(r,c.since)}.</p>`}function Ke({file:e,rules:t},r){return e.decide===void 0?`the horizon of ${n.c(e.horizon)} ends at ${i.T(r+t.horizon)}`:`the experiment ends at ${i.T(r+a.U(e.for)*1e3)}`}function qe(e,t){return`${l.o(Math.max(0,Math.round((t-e)/1e3)))} old`}function P(e){return e===`conversion`?`conversion`:a.Y[e].label}function Je({seen:e,low:t,high:n,e:r}){let i=r>=u.v;return`<b class="${i?`bad`:`good`}">${o.c(e)}</b> (${o.c(t)} to ${o.c(n)} at 95 %, at every look): ${i?`not what was declared`:`as declared, as far as it can be told`} <small>e ${Qe(r)}; from ${l.a(u.v)} on it is not</small>`}function Ye(e,t){return`<table class="facts">
<caption>${e}</caption>
<tbody>
${t.map(([e,t])=>`<tr><th scope="row">${e}</th><td>${t}</td></tr>`).join(`
`)}
</tbody>
</table>`}function Xe({challenger:e,champion:t,difference:r,low:i,high:a,margin:o}){let s=l.t({value:r,interval:{low:i,high:a}});return Ye(`Shares that convert`,[[`Challenger`,F(e)],[`Champion`,F(t)],[`Difference`,`<b>${n.l(s)}</b>, where −${o} is acceptable still`]])}function F({events:e,units:t}){return`${o.c(e/t)} <small>${l.a(e)} of ${l.a(t)}</small>`}function Ze({e,limit:t}){let n=e>=t,r=Math.min(1,Math.max(0,Math.log(e)/Math.log(t))),i=`<svg class="bar${n?` over`:``}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100*r).toFixed(1))}%" height="8"/></svg>`;return`<b class="${n?`bad`:``}">${n?`harm`:`none shown`}</b> <small>e ${Qe(e)}</small>${i}`}function Qe(e){return e>=1e6?`over 1,000,000`:e<.01?`below 0.01`:e>=10?l.a(e):String(Number(e.toPrecision(2)))}function $e({step:{file:e,champion:t,rules:n},course:r},i,c){let l=r?.seen?.evidence.since;if(l===void 0)return;let{verdict:u,key:f,asOf:p}=i,m=s.i[i.reason.kind],h={verdict:u,reason:o.l(i),release:a.j(e.challenger)},g=p===void 0||f===void 0?{}:{fact:{...h,key:f,asOf:p,...m&&{winner:m}}};return d.n({file:e,since:l,...g},{champion:t,key:n.key,now:c,oldest:s.t})}function et(e,t,n){if(!e||`failed`in e.step||t.asOf===void 0)return`hold`;let{step:r}=e,i=$e({...e,step:r},t,n);switch(i?.step){case`advance`:case`promote`:return`advance`;case`take_back`:return i.because===`harm`&&r.file.on_harm===`propose`?`hold`:`take_back`;case`stay`:case void 0:return`hold`}}function tt(e,t){let n=E(e,t),{step:r,course:a}=e,s=a&&n===a.verdict?` since ${i.T(a.verdictSince)}`:``,c=`failed`in r?``:` Next: ${nt({...e,step:r},n,t)}.`;return`${s}: ${o.l(n)}.${c}`}function nt(e,t,n){let{file:r}=e.step,i=$e(e,t,n);return i?rt(i,r):`it stays at ${r.weight} % until its traffic is known`}function rt(e,t){let n=`it stays at ${t.weight} %`;switch(e.step){case`advance`:return`${it(t)} gives it ${e.weight} %${st(e)}`;case`promote`:return`${it(t)} gives it all traffic${st(e)}`;case`take_back`:return`a pull request takes it back${e.because===`harm`?at[t.on_harm]:``}`;case`stay`:switch(e.why.kind){case`step`:return`${n} until ${i.E(e.why.until)}, when the step may end`;case`evidence`:return`${n} until that can be told, at the longest until ${i.E(e.why.until)}; then ${ot[t.on_inconclusive]}`;case`over`:return`${n} until somebody decides, the horizon is over since ${i.E(e.why.since)}`;case`experiment`:return`${n} until ${i.E(e.why.until)}, when a pull request has the decision`;case`unknown`:return`${n} until its traffic is known`;case`controller`:return`its controller takes the next step`;case`not_comparable`:return`${n} and somebody looks at it; else it is taken back at ${i.E(e.why.until)}`}}}function it({moved_by:e}){return e===void 0?`a pull request`:`its controller`}const at={merge:` and is merged by policy`,propose:`, which somebody merges`},ot={hold:`somebody decides`,promote:`it takes the next step without a verdict`,rollback:`it is taken back`};function st({withoutVerdict:e}){return e?`, without a verdict`:``}function ct(e,{now:t,version:a,script:o,viewer:s}){let{model:c,environment:l,step:u}=e,{verdict:d}=E(e,t),f=`failed`in u||u.file.decide===void 0?`Canary`:`Experiment`,p=`<nav aria-label="Back"><p>${s?dt(e):ut(e)}</p></nav>
<h1>${f} of ${n.c(c)} in ${n.c(l)}</h1>
<p class="lead">${`failed`in u?``:mt(e,u,t)}It is ${i.T(t)}.</p>
<div class="card ${ft[d]}"><p><span aria-hidden="true">${r.r[d]}</span> <strong>${r.i[d]}</strong>${n.l(tt(e,t))}</p></div>
${`failed`in u?``:ht({...e,step:u},t)}`,m=re(e,t),h={script:o,row:I(e),...m!==void 0&&{good:Math.ceil((m-t)/1e3)},...s&&{every:lt}};return O({title:`${r.i[d]}: ${f.toLowerCase()} of ${c}`,version:a,live:h,...s&&{viewer:s}},p)}function I({model:e,environment:t}){return`${e}/${t}`}const lt=2;function ut(e){return`${A(`/`,`All live traffic`)} · ${A(ge(e),`Features of the champion`)}`}function dt({model:e}){return`${A(`/`,`All models`)} · ${A(`/models/${encodeURIComponent(e)}`,e)}`}const ft={pass:`good`,fail:`bad`,inconclusive:`open`,not_comparable:`open`},pt={winner:`the one that is shown to convert better gets all of the traffic`,none:`the result is told and nobody is promoted`};function mt({course:e},{file:t,champion:r},i){let{weight:a,unit:o,steps:s,challenger:c,decide:l}=t,u=l===void 0?`steps of ${s.join(`, `)} and 100 %`:`until ${n.c(t.for)} are over, when ${pt[l]}`,d=e?.seen?`The newest counts are ${qe(e.seen.asOf,i)}. `:``;return`${n.c(c.version)} gets ${a} % of the ${o}s, ${n.c(r.version)} the rest; ${u}. ${d}`}function ht(e,t){let{champion:r,file:i}=e.step;return`<div class="measured${Be(e,t)?``:` stale`}">
${n.a(`The split`,Ve(e))}
${n.a(`Conversion`,He(e))}
${n.a(`Slices`,Ue(e))}
${n.a(`Guardrails`,We(e))}
</div>
${n.a(`What changed`,Se(r,i.challenger))}
${n.a(`Age of the data`,Ge(e,t))}`}function gt(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return f.r}return t?.scopeOf(_t(e.header(`authorization`)))}function _t(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function L(t){return new e.$({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function vt({live:e,looked:t},n){return e?`not`in e?{failed:`the way back is not live: ${e.not}`}:`unknown`in e?{failed:`whether the way back is live is not known: ${e.unknown}`}:t?n-t.at>18e4?{failed:`it was last looked at at ${i.T(t.at)}: what looks has come to a halt`}:h.c(t.comesYet,{live:e.since,now:n}):{failed:`it has not been looked at yet`}:{failed:`nobody is asked since when the way back is live`}}function yt(e,t){let n=vt(e,t);return{release:e.release,silence:h.l(n),reason:h.s(n),...n}}const bt=e.F().refine(i.C),xt=e.B().max(200);e.I({takenBack:e.H([e.I({release:xt,since:bt,asOf:bt,own:e.F(),all:e.F()}),e.I({release:xt,failed:e.B().max(1e4),nobody:e.N(!0).optional()})])});function St(e,{now:t,version:r,script:a}){let{model:o,environment:s,release:c,champion:l,at:u}=e,d=vt(e,t),{tone:f,sign:p,title:m}=Ct[h.l(d)],g=`<nav aria-label="Back"><p>${A(`/`,`All live traffic`)}</p></nav>
<h1>Canary of ${n.c(o)} in ${n.c(s)}</h1>
<p class="lead">${n.c(c)} was taken back at ${i.T(u)}, and ${n.c(l)} gets all of the traffic again. It is ${i.T(t)}.</p>
<div class="card ${f}"><p><span aria-hidden="true">${p}</span> <strong>${m}</strong>: ${n.l(h.s(d))}.</p></div>`;return O({title:`${m}: canary of ${o}`,version:r,live:{script:a,row:I(e)}},g)}const Ct={none:{tone:`good`,sign:`✅`,title:`Nothing goes to it`},some:{tone:`bad`,sign:`❌`,title:`It still gets traffic`},open:{tone:`open`,sign:`❔`,title:`Not known yet`}};function wt(e,t){let n={...c.s(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function Tt(e,{verdict:t,asOf:n,breakage:r,minutes:i,now:a}){let o=t.release??e.release,s=e.release!==o,l=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??a,u=Dt(t,l,a,i.quiet),d={...i,silence:i.quiet},f=c.i(e.alarms,u,a,d),{model:p,environment:m}=e;return{change:f,watching:{model:p,environment:m,...o!==void 0&&{release:o},verdict:u,alarms:f.alarms,lookedAt:a,...n!==void 0&&{asOf:n},...l!==void 0&&{unseenSince:l},breakage:r}}}function R({model:e,release:t,environment:n,verdict:r,lookedAt:a},o){if(a===void 0||o-a<=Et)return r;let s=`it was last looked at at ${i.T(a)}: what looks has come to a halt`;return{...c.s(e,s,r.budget),environment:n,...t!==void 0&&{release:t}}}const Et=6e5;function Dt(e,t,n,r){return t===void 0||n-t<r*6e4?e:c.o(e,`nothing has been seen since ${i.T(t)}: ${e.unseen}`)}function Ot(t,{startedAt:r,now:a,version:o,script:s,notes:u,canaries:d}){let f=new Map(d.map(e=>[At(e),e])),p=t.map(e=>({one:e,verdict:R(e,a),canary:jt(f.get(At(e)),a)})).toSorted((e,t)=>Mt(e)-Mt(t)),m=kt.map(e=>{let t=p.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),h=p.filter(({canary:e})=>e?.isWrong).length,g=[m.length>0?m.join(`, `):`Nothing serves`,...h>0?[`${h} ${h===1?`canary`:`canaries`} wrong`]:[]].join(`; `),_=p.map(({one:e,verdict:t,canary:n})=>Nt(e,t.state,c.x(t),n?.html??``,a)),v=`<h1>Live traffic</h1>
<p class="lead">${n.l(g)}. It is ${i.T(a)}.</p>
${u.map(t=>`<p class="note">${n.l(e.J(t,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${l.n(t.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${_.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${i.T(r)}; of alarms before that nothing is known here.</p>`;return O({title:`Assay: ${g}`,version:o,live:{script:s,at:a,isPart:!1}},v)}const kt=[`critical`,`unknown`,`warn`,`steady`];function At({model:e,environment:t}){return`${e} ${t}`}function jt(e,t){if(!e)return;let{verdict:n}=E(e,t),r=n===`fail`||n===`not_comparable`,i=A(_e(e),ve(e,t));return{isWrong:r,html:`<small${r?` class="bad"`:``}>${i}</small>`}}function Mt({verdict:e,canary:t}){return t?.isWrong?0:kt.indexOf(e.state)}function Nt(t,r,a,o,s){let{model:l,environment:u,release:d,alarms:f,asOf:p}=t,m=f.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${i.T(n)}`),h=p===void 0?`–`:`${Math.max(0,Math.round((s-p)/6e4))} min ago`;return`<tr id="${n.l(`${l}/${u}`)}"><th scope="row"><a href="${n.l(ge(t))}">${n.c(l)}</a><small>${n.c(u)}</small>${o}</th><td class="${ye[r]}"><b>${c.d[r]} ${r}</b><small>${n.l(e.J(a,300))}</small></td><td>${m.length>0?n.l(m.join(`; `)):`–`}</td><td>${h}</td><td>${n.c(d??`–`)}</td></tr>`}function Pt({step:e,course:t}){if(`failed`in e)return e;let{champion:n,file:r}=e;return{champion:n,file:r,...t&&{course:t}}}const z=e.F().refine(i.C),B=e.B().max(1e4),Ft=e.E([`challenger`,`champion`]),V=e.I({events:e.F(),units:e.F()}),H=e.I({declared:e.F(),seen:e.F(),low:e.F(),high:e.F(),units:e.F(),e:e.F()}),It=e.I({metric:e.E([`conversion`,`errors`,`latency`,`missing_outcome`]),challenger:V,champion:V,e:e.F(),limit:e.F()}),U=e.I({challenger:V,champion:V,difference:e.F(),low:e.F(),high:e.F(),margin:e.F(),better:Ft.optional()}),Lt={none:{},unread:{why:B},no_step:{why:B},other_weight:{asked:B,weight:e.F()},other_release:{asked:B,challenger:B},not_yet:{},halted:{lookedAt:z},uncounted:{why:B},unreadable:{what:B},other_step:{key:B},stale:{asOf:z},ahead:{asOf:z},settling:{since:z},unit:{unit:e.E([`user`,`request`])},empty:{arms:e.E([`both`,`challenger`,`champion`])},split:{split:H,counts:e.N(`mesh`).optional()},met_both:{metBoth:e.F(),units:e.F()},rerouted:{},rules_changed:{},harm:{harmed:e.k(It).max(20)},worse:{conversion:U},not_live:{why:B},before_live:{since:z,live:z},live_unknown:{why:B,events:e.F()},full:{events:e.F()},unmeasured:{why:B},immature:{within:e.F()},few:{least:e.F(),arm:Ft,events:e.F()},undecided:{conversion:U,left:e.F()},not_worse:{conversion:U},no_winner:{conversion:U},challenger_better:{conversion:U},champion_better:{conversion:U}},Rt=e.j(`kind`,Object.entries(Lt).map(([t,n])=>e.I({kind:e.N(t),...n}))),zt=e.I({since:z,restarted:e.A(),split:H.optional(),meshSplit:H.optional(),harm:e.k(It).max(20),conversion:U.optional(),metBoth:e.F(),unattributed:e.F(),outcomes:e.F().optional(),slices:e.k(e.I({name:e.B().max(200),challenger:V,champion:V,change:e.I({difference:e.F(),low:e.F(),high:e.F()}).optional()})).max(100).optional()}),Bt=e.I({verdict:e.E([`pass`,`fail`,`inconclusive`,`not_comparable`]),reason:Rt,key:B,causes:e.k(B).max(20).optional(),asOf:z.optional(),needs:e.F().optional(),evidence:zt.optional()}).refine(({verdict:e,reason:t})=>s.r[t.kind]===e),Vt=e.I({at:z,challenger:e.F(),champion:e.F(),difference:e.F(),low:e.F(),high:e.F()}),Ht=e.I({verdict:Bt,lookedAt:z,verdictSince:z,seen:e.I({evidence:zt,asOf:z}).optional(),points:e.k(Vt).max(500)});e.I({page:e.H([e.I({failed:B,kind:e.N(`no_step`).optional()}),e.I({champion:a.D,file:a.y,course:Ht.optional()})]).optional()});function Ut(e,t){let n=e.map(e=>({one:e,verdict:E(e,t),of:Gt(e)})),r=(e,t,r)=>[e,t,n.flatMap(t=>r(t).flatMap(([n,r])=>r===void 0?[]:[`${e}${f.c({...t.of,...n})}${r}`]))];return[r(`assay_canary_verdict`,`Which of the verdicts it is: 1.`,({verdict:e})=>Wt.map(t=>[{verdict:t},+(e.verdict===t)])),r(`assay_canary_share`,`Share of the units in the challenger, with what holds at every look.`,e=>W(e.verdict.evidence?.split,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_split_log_e`,`Evidence against the declared share; from ln(1000) on it is broken.`,e=>[[{},G(e.verdict.evidence?.split?.e)]]),r(`assay_canary_mesh_share`,`The same share of the requests that the mesh has counted.`,e=>W(e.verdict.evidence?.meshSplit,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_mesh_split_log_e`,`Evidence against the declared share in the mesh.`,e=>[[{},G(e.verdict.evidence?.meshSplit?.e)]]),r(`assay_canary_units`,`Units of an arm that a metric is of.`,({verdict:e})=>(e.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.units],[{metric:e,arm:`champion`},n.units]])),r(`assay_canary_events`,`Of these, the ones that converted, or met the event of a guardrail.`,e=>(e.verdict.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.events],[{metric:e,arm:`champion`},n.events]])),r(`assay_canary_log_e`,`Evidence of harm in a metric.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,e:t})=>[{metric:e},G(t)])),r(`assay_canary_log_e_limit`,`From where on it is harm.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,limit:t})=>[{metric:e},G(t)])),r(`assay_canary_difference`,`Conversion, challenger less champion, with what holds at every look.`,e=>W(e.verdict.evidence?.conversion,[`difference`,`low`,`high`])),r(`assay_canary_margin`,`How much less is still acceptable.`,({one:e})=>[[{},`failed`in e.step?void 0:e.step.rules.conversion.margin]]),r(`assay_canary_needs_seconds`,`How much longer until it passes, at the traffic that there is.`,e=>[[{},e.verdict.needs]]),r(`assay_canary_age_seconds`,`How old the counts are that it is judged by.`,({one:e})=>[[{},e.course?.seen&&(t-e.course.seen.asOf)/1e3]])]}const Wt=[`pass`,`fail`,`inconclusive`,`not_comparable`];function Gt({model:e,environment:t,step:n}){return`failed`in n?{model:e,environment:t}:{model:e,environment:t,release:n.file.challenger.version,canary:n.rules.key}}function W(e,t){return t.map(t=>[{bound:t},e?.[t]])}function G(e){return e===void 0?void 0:Math.log(e)}function Kt(e,{canaries:t,startedAt:n,now:r}){let i=e.map(e=>({one:e,verdict:R(e,r),of:Yt(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>qt.map(n=>`assay_drift_state${f.c({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${f.c({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>K(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...Xt(t,e).map(([e,{rows:t}])=>K(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.filter(({cutOff:e})=>e!==void 0).map(({name:e,psi:t})=>K(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...Xt(t,e).filter(([,{rows:e}])=>e>0).map(([e,{psi:t}])=>K(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[K(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=Jt[e];return[t,n,i.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[K(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[K(`assay_drift_age_seconds`,t,(r-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[K(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],...Ut(t,r),[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${n/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const qt=[`steady`,`warn`,`unknown`,`critical`],Jt={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function Yt({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function Xt({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function K(e,t,n){return`${e}${f.c(t)}${n}`}const q=`(() => {
const byId = id => document.getElementById(id)
const [main, said, button] = ['main', 'live', 'pause'].map(byId)
const LOST = '-'
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('assay') : undefined
const clock = () => new Date().toISOString().slice(11, 16) + ' UTC'
const began = clock()
const changed = new Set()
let paused = false, leads = false, up = true, busy = false, again = false, over = false, leave, ages, asks

const say = words => { if (said.textContent !== words) said.textContent = words }
const count = models => models === 1 ? '1 model' : models + ' models'

function tell() {
  const news = changed.size > 0 ? ': ' + count(changed.size) + ' changed since ' + began : ''
  say(up ? 'Live' + news : 'Not live, last asked at ' + clock())
}

function heard(ids) {
  if (!leave) return
  up = ids !== LOST
  if (!up) return tell()
  const own = main.dataset.row
  if (!own || ids === '*' || ids.split(' ').includes(own)) load()
}

async function load(whole) {
  if (busy) return void (again = true)
  busy = true
  again = false
  try {
    const asked = new URL(location.href)
    asked.hash = ''
    if (!whole && main.dataset.at) asked.searchParams.set('since', main.dataset.at)
    const answer = await fetch(asked, { redirect: 'error', signal: AbortSignal.timeout(30000) })
    if (answer.status >= 500) throw answer.status
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    whole = !leave || show(page)
    if (answer.status === 401) stop()
    else if (whole) again = true
    else tell()
  } catch {
    say('Not live: it could not be asked at ' + clock())
    again = whole = true
    await new Promise(done => setTimeout(done, 5000 + Math.random() * 5000))
  }
  setTimeout(() => {
    busy = false
    if (again && leave) load(whole)
  }, 500)
}

function age() {
  clearTimeout(ages)
  clearTimeout(asks)
  const { good, every } = main.dataset
  if (every) asks = setTimeout(() => leave && load(), every * 1000)
  if (good) ages = setTimeout(() => {
    main.classList.add('old')
    if (leave) load()
  }, good * 1000)
}

function stop() {
  over = true
  leave?.()
  button.hidden = true
  say('Signed out')
}

function show(page) {
  const now = page.getElementById('main')
  for (const row of now.querySelectorAll('tr[id]')) {
    if (row.firstElementChild) continue
    const own = byId(row.id)
    if (!own) return true
    row.replaceWith(own.cloneNode(true))
  }
  notice(now)
  for (const row of now.querySelectorAll('tr[id]')) if (changed.has(row.id)) row.className = 'new'
  const focused = document.activeElement
  const around = focused.closest('tr[id]')?.id
  place(main, now)
  age()
  const link = focused.isConnected ? null : focused.getAttribute('href')
  if (link !== null)
    [...(byId(around) ?? main).querySelectorAll('a')]
      .find(one => one.getAttribute('href') === link)?.focus({ preventScroll: true })
  document.title = page.title
  return false
}

function notice(now) {
  const own = main.dataset.row
  const partsOf = one =>
    new Map([...one.querySelectorAll(own ? 'section' : 'tr[id]')].map((part, at) => [part.id || at, part.innerHTML]))
  const [before, after] = [main, now].map(partsOf)
  const isPart = [main, now].some(one => 'part' in one.dataset)
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const isBoth = before.has(id) && after.has(id)
    if (before.get(id) !== after.get(id) && (isBoth || !isPart)) changed.add(own ?? id)
  }
}

function place(old, now) {
  if (old.isEqualNode(now)) return
  if (old.nodeName !== now.nodeName || old.id !== now.id) return old.replaceWith(now)
  if (old.nodeType === Node.TEXT_NODE) return void (old.data = now.data)
  if (old.nodeName === 'TR') now.className = 'new'
  for (const name of old.getAttributeNames()) if (!now.hasAttribute(name)) old.removeAttribute(name)
  for (const { name, value } of now.attributes) old.setAttribute(name, value)
  const [before, after] = [[...old.childNodes], [...now.childNodes]]
  if (before.length === after.length) before.forEach((part, at) => place(part, after[at]))
  else old.replaceChildren(...after)
}

function listen(signal) {
  leads = true
  return new Promise(done => {
    let source, timer
    const open = () => {
      source = new EventSource('/events')
      source.onmessage = ({ data }) => {
        tabs?.postMessage(data)
        heard(data)
      }
      source.onerror = () => {
        tabs?.postMessage(LOST)
        heard(LOST)
        if (source.readyState !== EventSource.CLOSED) return
        load()
        timer = setTimeout(open, 5000 + Math.random() * 5000)
      }
    }
    signal.addEventListener('abort', () => {
      leads = false
      source.close()
      clearTimeout(timer)
      done()
    })
    open()
  })
}

function isSaved() {
  if (location.protocol !== 'file:') return false
  const at = new Date(Number(main.dataset.at) || document.lastModified)
  say('Saved page of ' + at.toISOString().slice(0, 16).replace('T', ' ') + ' UTC: what has changed since is not here')
  return true
}

function follow() {
  if (leave || paused || over || document.hidden) return
  const end = new AbortController()
  leave = () => {
    leave = undefined
    end.abort()
  }
  if (tabs && navigator.locks)
    navigator.locks.request('assay-stream', { signal: end.signal }, () => listen(end.signal)).catch(() => {})
  else listen(end.signal)
  setTimeout(() => leads || heard('*'), 300)
}

age()
if (isSaved()) return
if (tabs) tabs.onmessage = ({ data }) => heard(data)
button.hidden = false
button.onclick = () => {
  paused = !paused
  button.textContent = paused ? 'Resume' : 'Pause'
  if (paused) leave?.()
  say(paused ? 'Paused' : '')
  follow()
}
document.addEventListener('visibilitychange', () => (document.hidden ? leave?.() : follow()))
addEventListener('pagehide', () => leave?.())
addEventListener('pageshow', follow)
follow()
})()
`,Zt=e=>`'sha256-${(0,y.createHash)(`sha256`).update(e).digest(`base64`)}'`,Qt={"content-security-policy":`default-src 'none'; style-src ${Zt(fe)}; script-src ${Zt(q)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function $t(e){let{startedAt:t,now:n,ready:r,version:i}=e,a=t=>e.scopeOf(t)?void 0:tn,o=(t,n,r)=>({name:t,method:`GET`,path:n,refuse:a,answer(t){let n=e.scopeOf(t);return n?r(t,en(e,n)):tn}});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:r()?200:503})},o(`metrics`,`/metrics`,(e,r)=>({status:200,text:Kt(r.all(),{canaries:r.canaries(),startedAt:t,now:n()}),type:`text/plain; version=0.0.4; charset=utf-8`})),o(`drift`,`/v1/drift`,({query:e},t)=>{if(!e.has(`model`)&&!e.has(`environment`))return Y({models:t.all().map(e=>on(e,X(t,e),n()))});let r=rn(t.all(),e.get(`model`),e.get(`environment`));return`status`in r?r:Y(an(r,X(t,r),n()))}),o(`canary`,`/v1/canary`,({query:e},t)=>{let r=rn(t.all(),e.get(`model`),e.get(`environment`),`/v1/canary`);if(`status`in r)return r;let i=X(t,r),a=ie(i,{release:e.get(`release`)??void 0,weight:e.get(`weight`)??void 0},n()),o=t.slow(r),s=t.takenBack(r),c={...ae(r,i,a),next:et(i,a,n()),...o&&{slow:oe(o,n())},...s&&{takenBack:yt(s,n())}};return!i||!e.has(`course`)?Y(c):(t.show(i),Y({...c,page:Pt(i)}))}),o(`canary-page`,`/canary/*/*`,({rest:e},t)=>{let[r=``,a=``]=e.split(`/`).map(f.s),o=X(t,{model:r,environment:a}),s=t.takenBack({model:r,environment:a}),c={now:n(),version:i,script:q};if(o)t.show(o);else if(!s)return{status:404,text:`no release enters this environment in steps now
`};return{status:200,text:o?ct(o,c):St(s,c),type:J,headers:Qt}}),o(`page`,`/`,(e,r)=>({status:200,text:Ot(r.all(),{startedAt:t,now:n(),version:i,script:q,notes:r.notes(),canaries:r.canaries()}),type:J,headers:Qt})),o(`model`,`/drift/*/*`,({rest:e},t)=>{let[r=``,i=``]=e.split(`/`).map(f.s),a=rn(t.all(),r,i);return`status`in a?a:{status:200,text:c.t(R(a,n())),type:J,headers:nn}}),o(`events`,`/events`,(e,{onChange:t})=>({status:200,events:{open:t}}))]}function en({watcher:e,onChange:t},n){if(n.isWhole)return{...e,onChange:t};let r=e=>n.covers(e.model,e.environment);return{...e,all:()=>e.all().filter(r),canaries:()=>e.canaries().filter(r),notes:()=>e.notes(`briefly`),takenBack:t=>r(t)?e.takenBack(t):void 0,onChange:n=>t(t=>{let i=/* @__PURE__ */ new Set([`*`,...e.canaries().filter(r).map(I)]),a=t.split(` `).filter(e=>i.has(e));a.length>0&&n(a.join(` `))})}}const tn={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},J=`text/html; charset=utf-8`,Y=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),nn={...Qt,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function X(e,{model:t,environment:n}){return e.canaries().find(e=>e.model===t&&e.environment===n)}function rn(e,t,n,r=`/v1/drift`){let i=e.filter(e=>e.model===t);return(n===null&&i.length===1?i[0]:i.find(e=>e.environment===n))||(t===null||n===null&&i.length>1?{status:400,text:`name both: ${r}?model=churn&environment=production\n`}:{status:404,text:`no release of this model serves in this environment
`})}function an(e,t,n){let r=R(e,n);return{...on(e,t,n),report:c.u(r),verdict:c.n(r)}}function on(e,t,n){let r=R(e,n),i=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:r.state,kind:r.kind,words:c.x(r),lookedAt:i(e.lookedAt),asOf:i(e.asOf),canary:t&&ve(t,n),alarms:e.alarms.map(({kind:e,level:t,since:n,features:r})=>({kind:e,level:t,since:i(n),features:r.map(({name:e})=>e)}))}}async function sn({file:t,proxyHeader:n,warn:r}){let i=await cn(t,n),a;return{good:()=>i,async reread(){try{i=await cn(t,n),a=void 0}catch(t){if(!e.et(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function cn(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw L([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await f.n(t);if(`problems`in e)throw L(e.problems);return e}catch(n){throw e.et(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?L(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,b.dirname)(t)}/${(0,b.basename)(t)}`},...n&&{fix:n}}))):n}}}async function ln({sources:t,log:n,signal:r},i,a){try{let e=t(i);return e?await a(e):{failed:`neither a collector nor Prometheus is named`}}catch(t){if(r?.throwIfAborted(),e.et(t))return{failed:t.problems.map(({what:e})=>e).join(`; `)};let{name:a=typeof t}=t;return n.warn(`a fault of Assay at the canary of ${i.model} in ${i.environment} (${a})`),{failed:`a fault of Assay (${a})`}}}function un({sources:e,now:t,log:n,signal:r}){let i=/* @__PURE__ */ new Map,a=(i,{rules:a})=>{let{model:o,environment:s}=i,c=t();return ln({sources:e,log:n,signal:r},i,e=>e.canary({model:o,environment:s,key:a.key},a,c,h.i(i.seen??{},c)))};async function o(e){let{step:r}=e.watching;if(`failed`in r)return!1;let i=await a(e.of,r);if(e.watching.step!==r)return!1;let o=t(),{watching:c,change:l}=T({...e.watching,step:r},s.n(i,r.rules,o,e.of.seen),o),d=`failed`in i?i.failed:JSON.stringify({...u.C(i),asOf:0}),f=d!==e.told;return Object.assign(e,{watching:c,told:d}),l!==void 0&&n.info(l),f}return{all:()=>[...i.values()].map(({watching:e})=>e),async keep(e){let t=await Promise.all(e.map(async e=>({of:e,file:await f.t(e)})));i=new Map(t.flatMap(({of:e,file:t})=>{if(!t)return[];let{champion:n}=e,r=i.get(Z(e)),a={of:e,watching:ne(e,{champion:n,file:t},r?.watching)};return[[Z(e),r?Object.assign(r,a):a]]}))},async look(e){let t=i.get(Z(e));t&&await o(t)},show(e){let n=i.get(Z(e));n&&(n.shownAt=t())},async glance(){let e=t(),n=({watching:e})=>e.course?.lookedAt??0,r=[...i.values()].filter(({shownAt:t=-1/0})=>e-t<=dn).sort((e,t)=>n(e)-n(t)).slice(0,fn).map(async e=>await o(e)?[e.of]:[]);return(await Promise.all(r)).flat()}}}const dn=15e4,fn=8;function Z({model:e,environment:t}){return`${e} ${t}`}function pn({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{release:t,takesSlow:r}=e;if(!r||t===void 0)return[];let i=n.get(Q(e));return[[Q(e),i?.release===t?i:{release:t}]]}))},async look(r){let i=n.get(Q(r));if(!i)return;let{release:a}=i,{model:o,environment:s}=r,c=await ln(t,r,t=>t.slow({model:o,environment:s,release:a},e())),l=`failed`in c?{unknown:c.failed}:c;n.get(Q(r))===i&&n.set(Q(r),{release:a,looked:{slow:l,at:e()}})},of:e=>n.get(Q(e))}}function Q({model:e,environment:t}){return`${e} ${t}`}function mn({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{model:t,environment:r,champion:i,takenBack:a}=e;if(!i||!a)return[];let o=n.get($(e)),s=o?.release===a.release&&o.at===a.at&&o.looked,c={model:t,environment:r,champion:i.version,...a};return[[$(e),{...c,...s&&{looked:s}}]]}))},async look(r){let i=n.get($(r));if(!i?.live||!(`since`in i.live))return;let{model:a,release:o}=i,s=i.live.since,c=await ln(t,r,e=>e.comesYet({model:a,release:o,live:s}));n.get($(r))===i&&n.set($(r),{...i,looked:{comesYet:c,at:e()}})},of:e=>n.get($(e))}}function $({model:e,environment:t}){return`${e} ${t}`}function hn({readWatched:t,sources:n,now:r,log:a,signal:o}){let s=[],l,u,d=/* @__PURE__ */ new Map,f=un({sources:n,now:r,log:a,signal:o}),p=pn({sources:n,now:r,log:a,signal:o}),h=mn({sources:n,now:r,log:a,signal:o});async function v(){if(l!==void 0&&r()-l<gn&&!s.some(yn)&&u===void 0)return;try{s=await t(),l=r(),u=void 0}catch(t){if(l===void 0||!(e.et(t)||_.r(t)))throw t;let n=e.et(t)?t.problems.map(({what:e})=>e).join(`; `):e.J(e.Y(_.n(t)),200),r=`The deploy repository cannot be read: what serves is as it was at ${i.T(l)}.`;u===void 0&&a.warn(`${r} ${n}`),u={words:r,why:n}}let n=s.map(e=>{let t=bn(e);return[t,d.get(t)??wt(e,c.r(e.drift??g.E.parse({})).budget)]});d=new Map(n),p.keep(s),h.keep(s)}async function y(e){let t=c.r(e.drift??g.E.parse({})),n=r(),i={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:o,asOf:s,breakage:l=vn}=await b(e,i,t,n),{watching:u,change:f}=Tt(d.get(bn(e)),{verdict:{...o,...i},breakage:l,minutes:t.minutes,now:n,...s!==void 0&&{asOf:s}});d.set(bn(e),u),Sn(a,u,f)}async function b(t,r,{minutes:i,budget:s,volume:l},u){let{profile:d}=t,f=e=>({verdict:c.s(t.model,e,s)});if(`failed`in d)return f(d.failed);try{let e=n(t);if(!e)return f("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:a}=t,o=await m.t(e,{of:r,profile:d,minutes:i,requests:a,volume:l,now:u}),p=c.a({profile:d,...o,settings:{budget:s},now:u}),{seen:h}=o;if(`failed`in h)return{verdict:p};let{asOf:g,windows:_}=h;return{verdict:p,...g!==void 0&&{asOf:g},..._.breakage&&{breakage:xn(d,_.breakage)}}}catch(n){if(o?.throwIfAborted(),e.et(n))return f(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return a.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),f(`a fault of Assay (${r})`)}}return{all:()=>[...d.values()],canaries:f.all,show:f.show,glance:f.glance,slow:p.of,takenBack:h.of,notes:e=>u===void 0?[]:[e===`briefly`?u.words:`${u.words} ${u.why}`],async look(){await v(),await f.keep(s);let e=[...s];await Promise.all(Array.from({length:_n},async()=>{for(let t=e.shift();t;t=e.shift())await y(t),await f.look(t),await p.look(t),await h.look(t)}))}}}const gn=3e5,_n=8,vn=/* @__PURE__ */ new Map;function yn({seen:e,takenBack:t}){return[e?.live,t?.live].some(e=>e!==void 0&&`not`in e)}function bn({model:e,environment:t}){return`${e} ${t}`}function xn(e,t){let n=v.g(e),{features:r}=c.c(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=v.C(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:v.D(i,t).psi}]]}))}function Sn(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function Cn(e,n){let{folder:r,now:i,log:a,signal:o,version:s}=e,{host:c,port:l,"proxy-header":u}=n,d=i(),p={collector:n.collector,prometheus:n.prometheus},h=/* @__PURE__ */ new Map,g=/* @__PURE__ */ new Map,_=!1,v=hn({async readWatched(){let r=_?n:{...n,model:void 0},i=await t.t(e,r,g,!0);return _||On(i,n),_=!0,i.filter(e=>Dn(e,n))},sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),i=h.get(r)??m.n(e,{job:p,file:{collector:t,prometheus:n}});return i&&h.set(r,i),i},now:i,log:a,signal:o}),y=n.tokens===void 0?void 0:(0,b.resolve)(r,n.tokens),{tokens:te}=await t.n({tokens:sn({file:y,proxyHeader:u,warn:a.warn}),first:v.look()}),x=/* @__PURE__ */ new Set,S=e=>{for(let t of x)t(e)},C=!0,w=await f.o({routes:$t({watcher:v,scopeOf:e=>gt(e,{tokens:te.good(),proxyHeader:u?.toLowerCase()}),onChange(e){return x.add(e),()=>x.delete(e)},startedAt:d,now:i,ready:()=>C,version:s}),host:c,port:l,onFault:(e,t)=>a.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw An(e,c,l)});a.info(`listens on ${c}:${w.port}, releases it looks at: ${v.all().length}; alarms of before are not known`);let ne=async()=>{await te.reread(),await v.look()},T=async(e,t)=>{for(;!o.aborted&&(await(0,ee.setTimeout)(e,void 0,{signal:o}).catch(()=>{}),!o.aborted);)await t().catch(e=>o.aborted||a.warn(`as before: ${kn(e)}`))};await Promise.all([T(wn,async()=>{await ne().finally(()=>S(`*`))}),T(Tn,async()=>{let e=await v.glance();e.length>0&&S(e.map(I).join(` `))})]),C=!1,w.drain(),await w.close(En);let E=v.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...E.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:E}}}const wn=6e4,Tn=2e3,En=5e3;function Dn(e,{model:t,environment:n}){return(t===void 0||e.model===t)&&(n===void 0||e.environment===n)}function On(e,t){let{model:n,environment:r}=t;if(e.length===0||e.some(e=>Dn(e,t)))return;let i=(e,t)=>[...new Set(t.map(t=>t[e]))],a=e.filter(e=>Dn(e,{model:n,environment:void 0}));throw a.length===0?p.n(n,i(`model`,e)):p.t(r,i(`environment`,a))}function kn(t){return e.et(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function An(e,t,n){let{code:r=`no reason`}=e;return L([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=Cn;