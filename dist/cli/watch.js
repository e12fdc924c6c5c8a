const e=require("./errors.js"),t=require("./watched.js"),n=require("./schemas.js"),r=require("./page.js"),i=require("./words.js"),a=require("./start.js"),o=require("./record.js"),s=require("./rules2.js"),c=require("./judge.js"),l=require("./html.js"),u=require("./numbers.js"),d=require("./secrets.js"),f=require("./canary.js"),p=require("./canaries.js");require("./slices.js");const m=require("./experiment-plan.js"),h=require("./canary-now.js"),g=require("./files.js"),ee=require("./sources.js"),_=require("./ask-tried.js"),v=require("./places.js"),y=require("./fault.js"),b=require("./profile-file.js");let x=require("node:crypto"),S=require("node:path"),te=require("node:timers/promises");function C(e,t,n){let r=e?.verdict.key===t.key?e:void 0,{evidence:i,asOf:a}=t,o=i&&a!==void 0?{evidence:i,asOf:a}:r?.seen,s=i?.since??-1/0,c=(r?.points??[]).filter(({at:e})=>e>=s),l=w(t),u=l!==void 0&&l.at>(c.at(-1)?.at??-1/0);return{verdict:t,lookedAt:n,verdictSince:r?.verdict.verdict===t.verdict?r.verdictSince:n,...o&&{seen:o},points:u?E(ne(c,l)):c}}function w({asOf:e,evidence:t}){let n=t?.conversion;if(!n||e===void 0)return;let{challenger:r,champion:i,difference:a,low:o,high:s}=n,c=({events:e,units:t})=>e/t;return{at:e,challenger:c(r),champion:c(i),difference:a,low:o,high:s}}function ne(e,t){let[n,r]=e.toReversed();return[...n!==void 0&&r!==void 0&&n.at-r.at<T?e.slice(0,-1):e,t]}const T=5e4;function E(e){return e.length<=500?e:e.filter((t,n)=>(e.length-1-n)%2==0)}function re(e,{champion:t,file:n},r){let{model:i,environment:a}=e,o={model:i,environment:a};if(`failed`in n)return{...o,step:n};if(!t)return{...o,step:{failed:le}};let c={champion:t,file:n,rules:s.t(t.version,n)},l=r&&!(`failed`in r.step)&&ue(r.step)===ue(c);return{...o,step:c,...l&&r.course&&{course:r.course}}}function ie(e,t,n){let{model:r,environment:i,step:a,course:o}=e,c={...e,course:C(o,t,n)},l=o?.verdict;if(l?.verdict===t.verdict&&l.reason.kind===t.reason.kind)return{watching:c};let{challenger:u,weight:d}=a.file;return{watching:c,change:`${r} in ${i}: ${u.version} at ${d} %: ${t.verdict}: ${s.l(t)}`}}function D({step:e,course:t},n){if(`failed`in e)return O({kind:e.kind??`unread`,why:e.failed});let{key:r}=e.rules;if(!t)return{...O({kind:`not_yet`}),key:r};let{lookedAt:i,verdict:a}=t;if(n-i>18e4)return{...O({kind:`halted`,lookedAt:i}),key:r};let{asOf:o}=a;return o===void 0||n-o<=18e4?a:{...O({kind:`stale`,asOf:o}),key:r,asOf:o}}function ae(e,t){let{evidence:n,asOf:r}=D(e,t);if(n&&r!==void 0&&e.course)return Math.min(e.course.lookedAt,r)+c.t}function oe(e,t,n){if(!e)return O({kind:`none`});let{step:r}=e;return(`failed`in r?void 0:de(r,t.release)??fe(r,t.weight))??D(e,n)}function se({model:e,environment:t},n,r){let i=n&&!(`failed`in n.step)?n.step:void 0,{reason:a,needs:o,asOf:c,key:l,evidence:u}=r,{course:d}=n??{},f=s.s(r),p=e=>new Date(e).toISOString();return{verdict:r.verdict,reason:s.l(r),kind:a.kind,model:e,environment:t,...i&&pe(i),...l!==void 0&&{key:l},...c!==void 0&&{asOf:p(c)},...d&&{lookedAt:p(d.lookedAt)},...o!==void 0&&{needs:o},...f&&{traffic:f},...u&&{evidence:u}}}function ce({release:e,looked:t},n){if(!t)return{unknown:`assay watch has not looked at its answers yet`};let{slow:r,at:i}=t;return n-i>18e4?{unknown:`assay watch looked at its answers last at ${a.J(i)}`}:`unknown`in r?r:{...r,release:e}}const le=`the record of the release beside it cannot be read`;function O(e){return{verdict:c.r[e.kind],reason:e}}function ue({rules:e,file:t}){return`${e.key} ${o.l(t.challenger)}`}function de({file:e,rules:t},n){let{challenger:r}=e;if(n!==void 0&&n!==r.version&&n!==o.l(r))return{...O({kind:`other_release`,asked:n,challenger:r.version}),key:t.key}}function fe({file:e,rules:t},n){if(n!==void 0&&n!==String(e.weight))return{...O({kind:`other_weight`,asked:n,weight:e.weight}),key:t.key}}function pe({champion:e,file:t}){let{challenger:n,weight:r,unit:i}=t;return{champion:e.version,challenger:n.version,release:o.l(n),weight:r,unit:i}}const me=`${r.l}:root{--link:#0759b8}
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
`;function he({title:e,viewer:t,version:n,live:i},a){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${r.c(e)}</title>
<style>${me}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${i?ge:``}
${t?ve(t):``}
</header>
<main id="main"${i?_e(i):``}>
${a}
</main>
<footer>Assay ${r.s(n)}. This page changes nothing: commands are comments in pull requests.</footer>
${i?`<script>${i.script}<\/script>`:``}
</body>
</html>
`}const ge=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function _e(e){if(`row`in e){let t=e.good===void 0?``:` data-good="${e.good}"`,n=e.every===void 0?``:` data-every="${e.every}"`;return` data-row="${r.c(e.row)}"${t}${n}`}return` data-at="${e.at}"${e.isPart?` data-part`:``}`}function ve({login:e,maySignOut:t}){let n=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${r.s(e)}${n}</div>`}function k(e,t){let n=r.c(t);return e!==void 0&&/^https?:\/\//.test(e)?`<a href="${r.c(e)}">${n}</a>`:`<strong>${n}</strong>`}function A(e,t){return`<a href="${r.c(e)}">${r.c(t)}</a>`}function ye({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function be({model:e,environment:t}){return`/canary/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function xe(e,t){let n=`failed`in e.step?``:` at ${e.step.file.weight} %`;return`${`failed`in e.step||e.step.file.decide===void 0?`canary`:`experiment`}${n}: ${i.i[D(e,t).verdict]}`}const Se={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};n.f({models:n.a(n.f({model:n.g(),environment:n.g(),release:n.g().optional(),state:n.r(l.l),kind:n.g().max(40).optional(),words:n.g(),canary:n.g().max(100).optional()}))}),n.f({report:n.g()});function Ce({caption:e,columns:t,width:n,rows:i}){if(i.length===0)return``;let a=r.c(e),o=t.map(e=>`<th scope="col">${r.s(e)}</th>`).join(``);return`<div class="scroll" tabindex="0" role="region" aria-label="${a}"><table class="stack${n===void 0?``:` ${n}`}">
<caption>${a}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${i.join(`
`)}
</tbody>
</table></div>`}function we(e){return`<td data-of="${r.s(e)}">`}function j(e,t,n){return Ce({caption:e,columns:t,width:`rows`,rows:n.map(([e=``,...n])=>`<tr><th scope="row">${e}</th>${n.map((e,n)=>`${we(t[n+1])}<div>${e}</div>`).join(``)}</tr>`)})}function Te(e,t){let n=Ee.flatMap(([n,r])=>{let[i,a]=[r(e),r(t)];return i===a?[]:[[n,a||`–`,i||`–`]]}),r=Oe(e,t);return`${j(`What the two releases are`,[`what`,`challenger`,`champion`],[...n,...De(e,t)])}${r}`}const Ee=[[`release`,({version:e})=>r.s(e)],[`commit`,({commit:e,repository:t})=>k(`${t}/commit/${e}`,e.slice(0,7))],[`change`,({subject:e=``})=>r.s(d.f(e,120))],[`released`,({created:e,by:t})=>`${a.J(Date.parse(e))} by ${r.s(t)}`],[`verdict in the pull request`,({verdict:e})=>i.i[e]],[`data`,({data:e=[]})=>e.slice(0,5).map(e=>r.s(d.f(e,120))).join(`<br>`)],[`test set`,({test_set:e})=>e?`${r.s(e.hash.slice(0,12))}, ${u.n(e.rows,`row`)}`:``],[`image`,({image:e})=>e?r.s(e.tag??e.digest.slice(0,19)):``],[`model`,({uri:e=``})=>r.s(d.f(e,120))],[`run`,({run:e})=>e===void 0?``:k(e,`the run that made it`)]];function De(e,t){let[n,i]=[e.parameters??{},t.parameters??{}],a=(e,t)=>Object.hasOwn(e,t)?String(e[t]):void 0,o=[.../* @__PURE__ */ new Set([...Object.keys(i),...Object.keys(n)])].filter(e=>a(i,e)!==a(n,e)),s=e=>e===void 0?`–`:r.s(d.f(e,80)),c=o.slice(0,20).map(e=>[r.s(d.f(e,60)),s(a(i,e)),s(a(n,e))]),l=o.length-c.length;return l>0?[...c,[`${u.a(l)} more parameters`,``,``]]:c}function Oe(e,t){let{repository:n,commit:i}=t;return e.repository!==n||e.commit===i?``:`<p>${k(`${n}/compare/${e.commit}...${i}`,`All commits between the two`)} <small>${r.c(n.replace(/^https?:\/\//,``))}</small></p>`}function ke(e,{since:t,horizon:n,margin:r}){let i=e.at(-1);if(!i)return;let o=`${Be(i)}, the margin is −${r}`;return{title:`Conversion of both releases, and the difference`,description:`${u.n(e.length,`look`)} since ${a.J(e[0].at)}. Now the difference is ${o}. The shaded interval holds at every look, at 95 %, and is promised until ${a.J(n)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,svg:Me(e,{since:t,horizon:n,margin:r,last:i}),table:{head:[`time (UTC)`,`challenger`,`champion`,`difference (interval)`],rows:Ve(e,je).map(e=>[a.q(e.at),P(e.challenger),P(e.champion),Be(e)])}}}const Ae={top:30,bottom:118},M={top:154,bottom:296},je=12;function Me(e,{since:t,horizon:n,margin:r,last:i}){let o=Math.min(Math.max(n,i.at),Math.max(i.at+(i.at-t),t+Ne)),s=Le([t,o],[58,412]),c=Re(1.5*Math.max(i.challenger,i.champion,.001),1),l=Le([0,c],[Ae.bottom,Ae.top]),u=Re(Math.max(2*r,1.2*Math.max(-i.low,i.high)),1),d=Le([-u,u],[M.bottom,M.top]),f=(t,n)=>e.map(e=>`${N(s(e.at))} ${N(n(t(e)))}`),p=f(({high:e})=>e,d),m=f(({low:e})=>e,d).toReversed();return`<svg viewBox="0 0 420 326" aria-hidden="true">
${Pe()}
${[0,c/2,c].map(e=>Fe(l(e),P(e))).join(``)}
<path class="other" d="M${f(({champion:e})=>e,l).join(`L`)}"/>
<path class="own" d="M${f(({challenger:e})=>e,l).join(`L`)}"/>
${Ie(s(i.at),l(i.champion),`other`)}${Ie(s(i.at),l(i.challenger),`own`)}
<text x="58" y="${M.top-10}">challenger less champion</text>
${[-u,u].map(e=>Fe(d(e),ze(e))).join(``)}
<path class="band" d="M${[...p,...m].join(`L`)}Z"/>
<path class="zero" d="M58 ${d(0)}H412"/><text class="end" x="52" y="${d(0)+4}">0</text>
<path class="margin" d="M58 ${N(d(-r))}H412"/><text class="end" x="412" y="${N(d(-r)+14)}">margin −${r}</text>
<path class="own" d="M${f(({difference:e})=>e,d).join(`L`)}"/>
${Ie(s(i.at),d(i.difference),`own`)}
<text x="58" y="316">${a.q(t)}</text><text class="end" x="412" y="316">${o===n?`horizon `:``}${a.q(o)}</text>
</svg>`}const Ne=6e4;function Pe(){return`<path class="own" d="M58 12h26"/><text x="90" y="16">challenger</text><path class="other" d="M180 12h26"/><text x="212" y="16">champion</text>`}function Fe(e,t){return`<path class="grid" d="M58 ${N(e)}H412"/><text class="end" x="52" y="${N(e+4)}">${t}</text>`}function Ie(e,t,n){return`<circle class="${n}" cx="${N(e)}" cy="${N(t)}" r="3.5"/>`}function Le([e,t],[n,r]){return i=>n+Math.min(1,Math.max(0,(i-e)/(t-e)))*(r-n)}function Re(e,t){let n=10**Math.floor(Math.log10(e)),r=[1,1.5,2,3,4,6,8,10].find(t=>t*n>=e*(1-1e-9));return Math.min(t,Number((r*n).toPrecision(3)))}function N(e){return Number(e.toFixed(1))}function ze(e){return`${e<0?`−`:`+`}${Math.abs(e)}`}function P(e){return`${Number((100*e).toPrecision(3))} %`}function Be({difference:e,low:t,high:n}){return u.t({value:e,interval:{low:t,high:n}})}function Ve(e,t){if(e.length<=t)return[...e];let n=(e.length-1)/(t-1);return Array.from({length:t},(t,r)=>e[Math.round(r*n)])}function He(e,t){return D(e,t).evidence!==void 0}function Ue({step:{file:e},course:t}){let n=t?.seen?.evidence,{split:r}=n??{};if(!n||!r)return`<p>Nothing has come yet.</p>`;let{declared:i,seen:a,units:o}=r,{meshSplit:c}=n,l=Math.round(a*o);return Ze(`Units of each release`,[[`Declared`,`${s.c(i)} of the ${e.unit}s to the challenger`],[`Seen`,Xe(r)],...c?[[`By the mesh`,`${Xe(c)}, of ${u.n(c.units,`request`)}`]]:[],[`n`,`${u.n(o,e.unit)}: ${u.a(l)} met the challenger, ${u.a(o-l)} the champion`],[`Met both`,`${u.n(n.metBoth,e.unit)}, counted in neither`],[`Not attributed`,`${u.n(n.unattributed,`event`)} without a ${e.unit} or of another release`]])}function We({step:{file:e,rules:t},course:n}){let{outcome:i,within:a,margin:o}=e.conversion,s=`<p>Of the ${e.unit}s that came, the share with <strong>${r.s(i)}</strong> within ${r.s(a)} of their first contact; each is counted once that time is over.</p>`,c=n?.seen,l=c?.evidence.conversion,{outcomes:d}=c?.evidence??{},f=d===void 0?``:`<p class="note">${u.n(d,`outcome`)} so far, with those of ${e.unit}s whose time is not over.</p>`;if(!c||!l)return`${s}\n<p>None has had its ${r.s(a)} yet in both releases.</p>\n${f}`;let{since:p}=c.evidence,m=ke(n.points,{since:p,horizon:p+t.horizon,margin:o}),h=m?`<figure>
<div class="plot" role="img" aria-label="${r.c(`${m.title}. ${m.description}`)}">${m.svg}</div>
<figcaption class="note">${r.c(m.description)}</figcaption>
<details><summary>Numbers over time</summary>
${j(m.title,m.table.head,m.table.rows.map(e=>e.map(r.c)))}
</details>
</figure>`:``;return[s,Qe(l),f,h].filter(Boolean).join(`
`)}function Ge({step:{file:e},course:t}){if(e.slices===void 0)return``;let n=t?.seen?.evidence.slices,i=`<strong>${r.s(e.slices)}</strong>`;return n?`<p>By ${i} at the first contact. Nothing is decided by it. The intervals hold at every look, all of them together.</p>
${j(`Conversion in each slice`,[`slice`,`challenger`,`champion`,`difference`],n.map(({name:e,challenger:t,champion:n,change:i})=>[e===`__others__`?`all others`:r.s(e),t.units>0?I(t):`–`,n.units>0?I(n):`–`,i?r.c(u.t({value:i.difference,interval:{low:i.low,high:i.high}})):`<small>too few</small>`]))}`:`<p>Nothing is counted by ${i}: it takes the collector, and a profile of the champion with that feature and its categories.</p>`}function Ke({step:{file:e},course:t}){let n=t?.seen?.evidence.harm??[],i=new Set(n.map(({metric:e})=>e)),a=e.guardrails.filter(e=>!i.has(e)).map(F),o=a.length>0?`<p class="note">Without ${e.unit}s yet: ${a.join(`, `)}.</p>`:``,s=j(`Evidence of harm: it is shown where e reaches the limit, however often it is looked at`,[`what`,`challenger`,`champion`,`evidence`,`limit`],n.map(e=>[r.c(F(e.metric)),I(e.challenger),I(e.champion),$e(e),u.a(e.limit)])),c=f.c(e).mesh.map(F).join(` and `);return`${s}${o}${c?`<p class="note">${r.c(c)}: of the requests that the proxies of ${r.s(e.mesh?.series??`the mesh`)} count.</p>`:``}`}function qe(e,t){let{course:n,step:r}=e;if(!n)return`<p>Nothing has been looked at yet.</p>`;let i=`looked at ${a.J(n.lookedAt)}`;if(!n.seen)return`<p>No counts of this step have been seen; ${i}.</p>`;let{asOf:o,evidence:s}=n.seen,l=He(e,t)?``:` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`;return`<p>The newest counts are ${Ye(o,t)}, of ${a.J(o)}; ${i}. After ${u.o(c.t/1e3)} they say nothing of now.${l}</p>
<p class="note">Counted since ${a.J(s.since)}; ${Je(r,s.since)}.</p>`}function Je({file:e,rules:t},n){return e.decide===void 0?`the horizon of ${r.s(e.horizon)} ends at ${a.J(n+t.horizon)}`:`the experiment ends at ${a.J(n+f.a(e.for)*1e3)}`}function Ye(e,t){return`${u.o(Math.max(0,Math.round((t-e)/1e3)))} old`}function F(e){return e===`conversion`?`conversion`:f.f[e].label}function Xe({seen:e,low:t,high:n,e:r}){let i=r>=p._;return`<b class="${i?`bad`:`good`}">${s.c(e)}</b> (${s.c(t)} to ${s.c(n)} at 95 %, at every look): ${i?`not what was declared`:`as declared, as far as it can be told`} <small>e ${et(r)}; from ${u.a(p._)} on it is not</small>`}function Ze(e,t){return`<table class="facts">
<caption>${e}</caption>
<tbody>
${t.map(([e,t])=>`<tr><th scope="row">${e}</th><td>${t}</td></tr>`).join(`
`)}
</tbody>
</table>`}function Qe({challenger:e,champion:t,difference:n,low:i,high:a,margin:o}){let s=u.t({value:n,interval:{low:i,high:a}});return Ze(`Shares that convert`,[[`Challenger`,I(e)],[`Champion`,I(t)],[`Difference`,`<b>${r.c(s)}</b>, where −${o} is acceptable still`]])}function I({events:e,units:t}){return`${s.c(e/t)} <small>${u.a(e)} of ${u.a(t)}</small>`}function $e({e,limit:t}){let n=e>=t,r=Math.min(1,Math.max(0,Math.log(e)/Math.log(t))),i=`<svg class="bar${n?` over`:``}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100*r).toFixed(1))}%" height="8"/></svg>`;return`<b class="${n?`bad`:``}">${n?`harm`:`none shown`}</b> <small>e ${et(e)}</small>${i}`}function et(e){return e>=1e6?`over 1,000,000`:e<.01?`below 0.01`:e>=10?u.a(e):String(Number(e.toPrecision(2)))}function tt({step:{file:e,champion:t,rules:n},course:r},i,a){let l=r?.seen?.evidence.since;if(l===void 0)return;let{verdict:u,key:d,asOf:f}=i,p=c.i[i.reason.kind],h={verdict:u,reason:s.l(i),release:o.l(e.challenger)},g=f===void 0||d===void 0?{}:{fact:{...h,key:d,asOf:f,...p&&{winner:p}}};return m.n({file:e,since:l,...g},{champion:t,key:n.key,now:a,oldest:c.t})}function nt(e,t,n){if(!e||`failed`in e.step||t.asOf===void 0)return`hold`;let{step:r}=e,i=tt({...e,step:r},t,n);switch(i?.step){case`advance`:case`promote`:return`advance`;case`take_back`:return i.because===`harm`&&r.file.on_harm===`propose`?`hold`:`take_back`;case`stay`:case void 0:return`hold`}}function rt(e,t){let n=D(e,t),{step:r,course:i}=e,o=i&&n===i.verdict?` since ${a.J(i.verdictSince)}`:``,c=`failed`in r?``:` Next: ${it({...e,step:r},n,t)}.`;return`${o}: ${s.l(n)}.${c}`}function it(e,t,n){let{file:r}=e.step,i=tt(e,t,n);return i?at(i,r):`it stays at ${r.weight} % until its traffic is known`}function at(e,t){let n=`it stays at ${t.weight} %`;switch(e.step){case`advance`:return`${ot(t)} gives it ${e.weight} %${lt(e)}`;case`promote`:return`${ot(t)} gives it all traffic${lt(e)}`;case`take_back`:return`a pull request takes it back${e.because===`harm`?st[t.on_harm]:``}`;case`stay`:switch(e.why.kind){case`step`:return`${n} until ${a.Y(e.why.until)}, when the step may end`;case`evidence`:return`${n} until that can be told, at the longest until ${a.Y(e.why.until)}; then ${ct[t.on_inconclusive]}`;case`over`:return`${n} until somebody decides, the horizon is over since ${a.Y(e.why.since)}`;case`experiment`:return`${n} until ${a.Y(e.why.until)}, when a pull request has the decision`;case`unknown`:return`${n} until its traffic is known`;case`controller`:return`its controller takes the next step`;case`not_comparable`:return`${n} and somebody looks at it; else it is taken back at ${a.Y(e.why.until)}`}}}function ot({moved_by:e}){return e===void 0?`a pull request`:`its controller`}const st={merge:` and is merged by policy`,propose:`, which somebody merges`},ct={hold:`somebody decides`,promote:`it takes the next step without a verdict`,rollback:`it is taken back`};function lt({withoutVerdict:e}){return e?`, without a verdict`:``}function ut(e,{now:t,version:n,script:o,viewer:s}){let{model:c,environment:l,step:u}=e,{verdict:d}=D(e,t),f=`failed`in u||u.file.decide===void 0?`Canary`:`Experiment`,p=`<nav aria-label="Back"><p>${s?pt(e):ft(e)}</p></nav>
<h1>${f} of ${r.s(c)} in ${r.s(l)}</h1>
<p class="lead">${`failed`in u?``:gt(e,u,t)}It is ${a.J(t)}.</p>
<div class="card ${mt[d]}"><p><span aria-hidden="true">${i.r[d]}</span> <strong>${i.i[d]}</strong>${r.c(rt(e,t))}</p></div>
${`failed`in u?``:_t({...e,step:u},t)}`,m=ae(e,t),h={script:o,row:L(e),...m!==void 0&&{good:Math.ceil((m-t)/1e3)},...s&&{every:dt}};return he({title:`${i.i[d]}: ${f.toLowerCase()} of ${c}`,version:n,live:h,...s&&{viewer:s}},p)}function L({model:e,environment:t}){return`${e}/${t}`}const dt=2;function ft(e){return`${A(`/`,`All live traffic`)} · ${A(ye(e),`Features of the champion`)}`}function pt({model:e}){return`${A(`/`,`All models`)} · ${A(`/models/${encodeURIComponent(e)}`,e)}`}const mt={pass:`good`,fail:`bad`,inconclusive:`open`,not_comparable:`open`},ht={winner:`the one that is shown to convert better gets all of the traffic`,none:`the result is told and nobody is promoted`};function gt({course:e},{file:t,champion:n},i){let{weight:a,unit:o,steps:s,challenger:c,decide:l}=t,u=l===void 0?`steps of ${s.join(`, `)} and 100 %`:`until ${r.s(t.for)} are over, when ${ht[l]}`,d=e?.seen?`The newest counts are ${Ye(e.seen.asOf,i)}. `:``;return`${r.s(c.version)} gets ${a} % of the ${o}s, ${r.s(n.version)} the rest; ${u}. ${d}`}function _t(e,t){let{champion:n,file:i}=e.step;return`<div class="measured${He(e,t)?``:` stale`}">
${r.i(`The split`,Ue(e))}
${r.i(`Conversion`,We(e))}
${r.i(`Slices`,Ge(e))}
${r.i(`Guardrails`,Ke(e))}
</div>
${r.i(`What changed`,Te(n,i.challenger))}
${r.i(`Age of the data`,qe(e,t))}`}function vt(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return h.r}return t?.scopeOf(yt(e.header(`authorization`)))}function yt(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function R(t){return new e.t({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function bt({live:e,looked:t},n){return e?`not`in e?{failed:`the way back is not live: ${e.not}`}:`unknown`in e?{failed:`whether the way back is live is not known: ${e.unknown}`}:t?n-t.at>18e4?{failed:`it was last looked at at ${a.J(t.at)}: what looks has come to a halt`}:_.c(t.comesYet,{live:e.since,now:n}):{failed:`it has not been looked at yet`}:{failed:`nobody is asked since when the way back is live`}}function xt(e,t){let n=bt(e,t);return{release:e.release,silence:_.l(n),reason:_.s(n),...n}}const St=n.d().refine(a.K),Ct=n.g().max(200);n.f({takenBack:n.v([n.f({release:Ct,since:St,asOf:St,own:n.d(),all:n.d()}),n.f({release:Ct,failed:n.g().max(1e4),nobody:n.l(!0).optional()})])});function wt(e,{now:t,version:n,script:i}){let{model:o,environment:s,release:c,champion:l,at:u}=e,d=bt(e,t),{tone:f,sign:p,title:m}=Tt[_.l(d)],h=`<nav aria-label="Back"><p>${A(`/`,`All live traffic`)}</p></nav>
<h1>Canary of ${r.s(o)} in ${r.s(s)}</h1>
<p class="lead">${r.s(c)} was taken back at ${a.J(u)}, and ${r.s(l)} gets all of the traffic again. It is ${a.J(t)}.</p>
<div class="card ${f}"><p><span aria-hidden="true">${p}</span> <strong>${m}</strong>: ${r.c(_.s(d))}.</p></div>`;return he({title:`${m}: canary of ${o}`,version:n,live:{script:i,row:L(e)}},h)}const Tt={none:{tone:`good`,sign:`✅`,title:`Nothing goes to it`},some:{tone:`bad`,sign:`❌`,title:`It still gets traffic`},open:{tone:`open`,sign:`❔`,title:`Not known yet`}};function Et(e,t){let n={...l.s(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function Dt(e,{verdict:t,asOf:n,breakage:r,minutes:i,now:a}){let o=t.release??e.release,s=e.release!==o,c=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??a,u=kt(t,c,a,i.quiet),d={...i,silence:i.quiet},f=l.i(e.alarms,u,a,d),{model:p,environment:m}=e;return{change:f,watching:{model:p,environment:m,...o!==void 0&&{release:o},verdict:u,alarms:f.alarms,lookedAt:a,...n!==void 0&&{asOf:n},...c!==void 0&&{unseenSince:c},breakage:r}}}function z({model:e,release:t,environment:n,verdict:r,lookedAt:i},o){if(i===void 0||o-i<=Ot)return r;let s=`it was last looked at at ${a.J(i)}: what looks has come to a halt`;return{...l.s(e,s,r.budget),environment:n,...t!==void 0&&{release:t}}}const Ot=6e5;function kt(e,t,n,r){return t===void 0||n-t<r*6e4?e:l.o(e,`nothing has been seen since ${a.J(t)}: ${e.unseen}`)}function At(e,{startedAt:t,now:n,version:i,script:o,notes:s,canaries:c}){let f=new Map(c.map(e=>[Mt(e),e])),p=e.map(e=>({one:e,verdict:z(e,n),canary:Nt(f.get(Mt(e)),n)})).toSorted((e,t)=>Pt(e)-Pt(t)),m=jt.map(e=>{let t=p.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),h=p.filter(({canary:e})=>e?.isWrong).length,g=[m.length>0?m.join(`, `):`Nothing serves`,...h>0?[`${h} ${h===1?`canary`:`canaries`} wrong`]:[]].join(`; `),ee=p.map(({one:e,verdict:t,canary:r})=>Ft(e,t.state,l.x(t),r?.html??``,n)),_=`<h1>Live traffic</h1>
<p class="lead">${r.c(g)}. It is ${a.J(n)}.</p>
${s.map(e=>`<p class="note">${r.c(d.f(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${u.n(e.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${ee.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${a.J(t)}; of alarms before that nothing is known here.</p>`;return he({title:`Assay: ${g}`,version:i,live:{script:o,at:n,isPart:!1}},_)}const jt=[`critical`,`unknown`,`warn`,`steady`];function Mt({model:e,environment:t}){return`${e} ${t}`}function Nt(e,t){if(!e)return;let{verdict:n}=D(e,t),r=n===`fail`||n===`not_comparable`,i=A(be(e),xe(e,t));return{isWrong:r,html:`<small${r?` class="bad"`:``}>${i}</small>`}}function Pt({verdict:e,canary:t}){return t?.isWrong?0:jt.indexOf(e.state)}function Ft(e,t,n,i,o){let{model:s,environment:c,release:u,alarms:f,asOf:p}=e,m=f.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${a.J(n)}`),h=p===void 0?`–`:`${Math.max(0,Math.round((o-p)/6e4))} min ago`;return`<tr id="${r.c(`${s}/${c}`)}"><th scope="row"><a href="${r.c(ye(e))}">${r.s(s)}</a><small>${r.s(c)}</small>${i}</th><td class="${Se[t]}"><b>${l.d[t]} ${t}</b><small>${r.c(d.f(n,300))}</small></td><td>${m.length>0?r.c(m.join(`; `)):`–`}</td><td>${h}</td><td>${r.s(u??`–`)}</td></tr>`}function It({step:e,course:t}){if(`failed`in e)return e;let{champion:n,file:r}=e;return{champion:n,file:r,...t&&{course:t}}}const B=n.d().refine(a.K),V=n.g().max(1e4),Lt=n.r([`challenger`,`champion`]),H=n.f({events:n.d(),units:n.d()}),U=n.f({declared:n.d(),seen:n.d(),low:n.d(),high:n.d(),units:n.d(),e:n.d()}),Rt=n.f({metric:n.r([`conversion`,`errors`,`latency`,`missing_outcome`]),challenger:H,champion:H,e:n.d(),limit:n.d()}),W=n.f({challenger:H,champion:H,difference:n.d(),low:n.d(),high:n.d(),margin:n.d(),better:Lt.optional()}),zt={none:{},unread:{why:V},no_step:{why:V},other_weight:{asked:V,weight:n.d()},other_release:{asked:V,challenger:V},not_yet:{},halted:{lookedAt:B},uncounted:{why:V},unreadable:{what:V},other_step:{key:V},stale:{asOf:B},ahead:{asOf:B},settling:{since:B},unit:{unit:n.r([`user`,`request`])},empty:{arms:n.r([`both`,`challenger`,`champion`])},split:{split:U,counts:n.l(`mesh`).optional()},met_both:{metBoth:n.d(),units:n.d()},rerouted:{},rules_changed:{},harm:{harmed:n.a(Rt).max(20)},worse:{conversion:W},not_live:{why:V},before_live:{since:B,live:B},live_unknown:{why:V,events:n.d()},full:{events:n.d()},unmeasured:{why:V},immature:{within:n.d()},few:{least:n.d(),arm:Lt,events:n.d()},undecided:{conversion:W,left:n.d()},not_worse:{conversion:W},no_winner:{conversion:W},challenger_better:{conversion:W},champion_better:{conversion:W}},Bt=n.s(`kind`,Object.entries(zt).map(([e,t])=>n.f({kind:n.l(e),...t}))),Vt=n.f({since:B,restarted:n.o(),split:U.optional(),meshSplit:U.optional(),harm:n.a(Rt).max(20),conversion:W.optional(),metBoth:n.d(),unattributed:n.d(),outcomes:n.d().optional(),slices:n.a(n.f({name:n.g().max(200),challenger:H,champion:H,change:n.f({difference:n.d(),low:n.d(),high:n.d()}).optional()})).max(100).optional()}),Ht=n.f({verdict:n.r([`pass`,`fail`,`inconclusive`,`not_comparable`]),reason:Bt,key:V,causes:n.a(V).max(20).optional(),asOf:B.optional(),needs:n.d().optional(),evidence:Vt.optional()}).refine(({verdict:e,reason:t})=>c.r[t.kind]===e),Ut=n.f({at:B,challenger:n.d(),champion:n.d(),difference:n.d(),low:n.d(),high:n.d()}),Wt=n.f({verdict:Ht,lookedAt:B,verdictSince:B,seen:n.f({evidence:Vt,asOf:B}).optional(),points:n.a(Ut).max(500)});n.f({page:n.v([n.f({failed:V,kind:n.l(`no_step`).optional()}),n.f({champion:o.i,file:v.h,course:Wt.optional()})]).optional()});function Gt(e,t){let n=e.map(e=>({one:e,verdict:D(e,t),of:qt(e)})),r=(e,t,r)=>[e,t,n.flatMap(t=>r(t).flatMap(([n,r])=>r===void 0?[]:[`${e}${h.c({...t.of,...n})}${r}`]))];return[r(`assay_canary_verdict`,`Which of the verdicts it is: 1.`,({verdict:e})=>Kt.map(t=>[{verdict:t},+(e.verdict===t)])),r(`assay_canary_share`,`Share of the units in the challenger, with what holds at every look.`,e=>G(e.verdict.evidence?.split,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_split_log_e`,`Evidence against the declared share; from ln(1000) on it is broken.`,e=>[[{},K(e.verdict.evidence?.split?.e)]]),r(`assay_canary_mesh_share`,`The same share of the requests that the mesh has counted.`,e=>G(e.verdict.evidence?.meshSplit,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_mesh_split_log_e`,`Evidence against the declared share in the mesh.`,e=>[[{},K(e.verdict.evidence?.meshSplit?.e)]]),r(`assay_canary_units`,`Units of an arm that a metric is of.`,({verdict:e})=>(e.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.units],[{metric:e,arm:`champion`},n.units]])),r(`assay_canary_events`,`Of these, the ones that converted, or met the event of a guardrail.`,e=>(e.verdict.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.events],[{metric:e,arm:`champion`},n.events]])),r(`assay_canary_log_e`,`Evidence of harm in a metric.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,e:t})=>[{metric:e},K(t)])),r(`assay_canary_log_e_limit`,`From where on it is harm.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,limit:t})=>[{metric:e},K(t)])),r(`assay_canary_difference`,`Conversion, challenger less champion, with what holds at every look.`,e=>G(e.verdict.evidence?.conversion,[`difference`,`low`,`high`])),r(`assay_canary_margin`,`How much less is still acceptable.`,({one:e})=>[[{},`failed`in e.step?void 0:e.step.rules.conversion.margin]]),r(`assay_canary_needs_seconds`,`How much longer until it passes, at the traffic that there is.`,e=>[[{},e.verdict.needs]]),r(`assay_canary_age_seconds`,`How old the counts are that it is judged by.`,({one:e})=>[[{},e.course?.seen&&(t-e.course.seen.asOf)/1e3]])]}const Kt=[`pass`,`fail`,`inconclusive`,`not_comparable`];function qt({model:e,environment:t,step:n}){return`failed`in n?{model:e,environment:t}:{model:e,environment:t,release:n.file.challenger.version,canary:n.rules.key}}function G(e,t){return t.map(t=>[{bound:t},e?.[t]])}function K(e){return e===void 0?void 0:Math.log(e)}function Jt(e,{canaries:t,startedAt:n,now:r}){let i=e.map(e=>({one:e,verdict:z(e,r),of:Zt(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>Yt.map(n=>`assay_drift_state${h.c({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${h.c({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>q(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...Qt(t,e).map(([e,{rows:t}])=>q(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.filter(({cutOff:e})=>e!==void 0).map(({name:e,psi:t})=>q(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...Qt(t,e).filter(([,{rows:e}])=>e>0).map(([e,{psi:t}])=>q(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[q(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=Xt[e];return[t,n,i.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[q(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[q(`assay_drift_age_seconds`,t,(r-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[q(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],...Gt(t,r),[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${n/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const Yt=[`steady`,`warn`,`unknown`,`critical`],Xt={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function Zt({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function Qt({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function q(e,t,n){return`${e}${h.c(t)}${n}`}const $t=`(() => {
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
`,en=e=>`'sha256-${(0,x.createHash)(`sha256`).update(e).digest(`base64`)}'`,tn={"content-security-policy":`default-src 'none'; style-src ${en(me)}; script-src ${en($t)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function nn(e){let{startedAt:t,now:n,ready:r,version:i}=e,a=t=>e.scopeOf(t)?void 0:an,o=(t,n,r)=>({name:t,method:`GET`,path:n,refuse:a,answer(t){let n=e.scopeOf(t);return n?r(t,rn(e,n)):an}});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:r()?200:503})},o(`metrics`,`/metrics`,(e,r)=>({status:200,text:Jt(r.all(),{canaries:r.canaries(),startedAt:t,now:n()}),type:`text/plain; version=0.0.4; charset=utf-8`})),o(`drift`,`/v1/drift`,({query:e},t)=>{if(!e.has(`model`)&&!e.has(`environment`))return J({models:t.all().map(e=>un(e,Y(t,e),n()))});let r=cn(t.all(),e.get(`model`),e.get(`environment`));return`status`in r?r:J(ln(r,Y(t,r),n()))}),o(`canary`,`/v1/canary`,({query:e},t)=>{let r=cn(t.all(),e.get(`model`),e.get(`environment`),`/v1/canary`);if(`status`in r)return r;let i=Y(t,r),a=oe(i,{release:e.get(`release`)??void 0,weight:e.get(`weight`)??void 0},n()),o=t.slow(r),s=t.takenBack(r),c={...se(r,i,a),next:nt(i,a,n()),...o&&{slow:ce(o,n())},...s&&{takenBack:xt(s,n())}};return!i||!e.has(`course`)?J(c):(t.show(i),J({...c,page:It(i)}))}),o(`canary-page`,`/canary/*/*`,({rest:e},t)=>{let[r=``,a=``]=e.split(`/`).map(h.s),o=Y(t,{model:r,environment:a}),s=t.takenBack({model:r,environment:a}),c={now:n(),version:i,script:$t};if(o)t.show(o);else if(!s)return{status:404,text:`no release enters this environment in steps now
`};return{status:200,text:o?ut(o,c):wt(s,c),type:on,headers:tn}}),o(`page`,`/`,(e,r)=>({status:200,text:At(r.all(),{startedAt:t,now:n(),version:i,script:$t,notes:r.notes(),canaries:r.canaries()}),type:on,headers:tn})),o(`model`,`/drift/*/*`,({rest:e},t)=>{let[r=``,i=``]=e.split(`/`).map(h.s),a=cn(t.all(),r,i);return`status`in a?a:{status:200,text:l.t(z(a,n())),type:on,headers:sn}}),o(`events`,`/events`,(e,{onChange:t})=>({status:200,events:{open:t}}))]}function rn({watcher:e,onChange:t},n){if(n.isWhole)return{...e,onChange:t};let r=e=>n.covers(e.model,e.environment);return{...e,all:()=>e.all().filter(r),canaries:()=>e.canaries().filter(r),notes:()=>e.notes(`briefly`),takenBack:t=>r(t)?e.takenBack(t):void 0,onChange:n=>t(t=>{let i=/* @__PURE__ */ new Set([`*`,...e.canaries().filter(r).map(L)]),a=t.split(` `).filter(e=>i.has(e));a.length>0&&n(a.join(` `))})}}const an={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},on=`text/html; charset=utf-8`,J=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),sn={...tn,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function Y(e,{model:t,environment:n}){return e.canaries().find(e=>e.model===t&&e.environment===n)}function cn(e,t,n,r=`/v1/drift`){let i=e.filter(e=>e.model===t);return(n===null&&i.length===1?i[0]:i.find(e=>e.environment===n))||(t===null||n===null&&i.length>1?{status:400,text:`name both: ${r}?model=churn&environment=production\n`}:{status:404,text:`no release of this model serves in this environment
`})}function ln(e,t,n){let r=z(e,n);return{...un(e,t,n),report:l.u(r),verdict:l.n(r)}}function un(e,t,n){let r=z(e,n),i=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:r.state,kind:r.kind,words:l.x(r),lookedAt:i(e.lookedAt),asOf:i(e.asOf),canary:t&&xe(t,n),alarms:e.alarms.map(({kind:e,level:t,since:n,features:r})=>({kind:e,level:t,since:i(n),features:r.map(({name:e})=>e)}))}}async function dn({file:t,proxyHeader:n,warn:r}){let i=await fn(t,n),a;return{good:()=>i,async reread(){try{i=await fn(t,n),a=void 0}catch(t){if(!e.n(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function fn(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw R([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await h.n(t);if(`problems`in e)throw R(e.problems);return e}catch(n){throw e.n(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?R(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,S.dirname)(t)}/${(0,S.basename)(t)}`},...n&&{fix:n}}))):n}}}async function pn({sources:t,log:n,signal:r},i,a){try{let e=t(i);return e?await a(e):{failed:`neither a collector nor Prometheus is named`}}catch(t){if(r?.throwIfAborted(),e.n(t))return{failed:t.problems.map(({what:e})=>e).join(`; `)};let{name:a=typeof t}=t;return n.warn(`a fault of Assay at the canary of ${i.model} in ${i.environment} (${a})`),{failed:`a fault of Assay (${a})`}}}function mn({sources:e,now:t,log:n,signal:r}){let i=/* @__PURE__ */ new Map,a=(i,{rules:a})=>{let{model:o,environment:s}=i,c=t();return pn({sources:e,log:n,signal:r},i,e=>e.canary({model:o,environment:s,key:a.key},a,c,_.i(i.seen??{},c)))};async function o(e){let{step:r}=e.watching;if(`failed`in r)return!1;let i=await a(e.of,r);if(e.watching.step!==r)return!1;let o=t(),{watching:s,change:l}=ie({...e.watching,step:r},c.n(i,r.rules,o,e.of.seen),o),u=`failed`in i?i.failed:JSON.stringify({...p.w(i),asOf:0}),d=u!==e.told;return Object.assign(e,{watching:s,told:u}),l!==void 0&&n.info(l),d}return{all:()=>[...i.values()].map(({watching:e})=>e),async keep(e){let t=await Promise.all(e.map(async e=>({of:e,file:await h.t(e)})));i=new Map(t.flatMap(({of:e,file:t})=>{if(!t)return[];let{champion:n}=e,r=i.get(X(e)),a={of:e,watching:re(e,{champion:n,file:t},r?.watching)};return[[X(e),r?Object.assign(r,a):a]]}))},async look(e){let t=i.get(X(e));t&&await o(t)},show(e){let n=i.get(X(e));n&&(n.shownAt=t())},async glance(){let e=t(),n=({watching:e})=>e.course?.lookedAt??0,r=[...i.values()].filter(({shownAt:t=-1/0})=>e-t<=hn).sort((e,t)=>n(e)-n(t)).slice(0,gn).map(async e=>await o(e)?[e.of]:[]);return(await Promise.all(r)).flat()}}}const hn=15e4,gn=8;function X({model:e,environment:t}){return`${e} ${t}`}function _n({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{release:t,takesSlow:r}=e;if(!r||t===void 0)return[];let i=n.get(Z(e));return[[Z(e),i?.release===t?i:{release:t}]]}))},async look(r){let i=n.get(Z(r));if(!i)return;let{release:a}=i,{model:o,environment:s}=r,c=await pn(t,r,t=>t.slow({model:o,environment:s,release:a},e())),l=`failed`in c?{unknown:c.failed}:c;n.get(Z(r))===i&&n.set(Z(r),{release:a,looked:{slow:l,at:e()}})},of:e=>n.get(Z(e))}}function Z({model:e,environment:t}){return`${e} ${t}`}function vn({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{model:t,environment:r,champion:i,takenBack:a}=e;if(!i||!a)return[];let o=n.get(Q(e)),s=o?.release===a.release&&o.at===a.at&&o.looked,c={model:t,environment:r,champion:i.version,...a};return[[Q(e),{...c,...s&&{looked:s}}]]}))},async look(r){let i=n.get(Q(r));if(!i?.live||!(`since`in i.live))return;let{model:a,release:o}=i,s=i.live.since,c=await pn(t,r,e=>e.comesYet({model:a,release:o,live:s}));n.get(Q(r))===i&&n.set(Q(r),{...i,looked:{comesYet:c,at:e()}})},of:e=>n.get(Q(e))}}function Q({model:e,environment:t}){return`${e} ${t}`}function yn({readWatched:t,sources:n,now:r,log:i,signal:o}){let s=[],c,u,f=/* @__PURE__ */ new Map,p=mn({sources:n,now:r,log:i,signal:o}),m=_n({sources:n,now:r,log:i,signal:o}),h=vn({sources:n,now:r,log:i,signal:o});async function g(){if(c!==void 0&&r()-c<bn&&!s.some(Cn)&&u===void 0)return;try{s=await t(),c=r(),u=void 0}catch(t){if(c===void 0||!(e.n(t)||y.r(t)))throw t;let n=e.n(t)?t.problems.map(({what:e})=>e).join(`; `):d.f(d.p(y.n(t)),200),r=`The deploy repository cannot be read: what serves is as it was at ${a.J(c)}.`;u===void 0&&i.warn(`${r} ${n}`),u={words:r,why:n}}let n=s.map(e=>{let t=wn(e);return[t,f.get(t)??Et(e,l.r(e.drift??a.z.parse({})).budget)]});f=new Map(n),m.keep(s),h.keep(s)}async function _(e){let t=l.r(e.drift??a.z.parse({})),n=r(),o={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:s,asOf:c,breakage:u=Sn}=await v(e,o,t,n),{watching:d,change:p}=Dt(f.get(wn(e)),{verdict:{...s,...o},breakage:u,minutes:t.minutes,now:n,...c!==void 0&&{asOf:c}});f.set(wn(e),d),En(i,d,p)}async function v(t,r,{minutes:a,budget:s,volume:c},u){let{profile:d}=t,f=e=>({verdict:l.s(t.model,e,s)});if(`failed`in d)return f(d.failed);try{let e=n(t);if(!e)return f("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:i}=t,o=await ee.t(e,{of:r,profile:d,minutes:a,requests:i,volume:c,now:u}),p=l.a({profile:d,...o,settings:{budget:s},now:u}),{seen:m}=o;if(`failed`in m)return{verdict:p};let{asOf:h,windows:g}=m;return{verdict:p,...h!==void 0&&{asOf:h},...g.breakage&&{breakage:Tn(d,g.breakage)}}}catch(n){if(o?.throwIfAborted(),e.n(n))return f(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return i.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),f(`a fault of Assay (${r})`)}}return{all:()=>[...f.values()],canaries:p.all,show:p.show,glance:p.glance,slow:m.of,takenBack:h.of,notes:e=>u===void 0?[]:[e===`briefly`?u.words:`${u.words} ${u.why}`],async look(){await g(),await p.keep(s);let e=[...s];await Promise.all(Array.from({length:xn},async()=>{for(let t=e.shift();t;t=e.shift())await _(t),await p.look(t),await m.look(t),await h.look(t)}))}}}const bn=3e5,xn=8,Sn=/* @__PURE__ */ new Map;function Cn({seen:e,takenBack:t}){return[e?.live,t?.live].some(e=>e!==void 0&&`not`in e)}function wn({model:e,environment:t}){return`${e} ${t}`}function Tn(e,t){let n=b.y(e),{features:r}=l.c(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=b.E(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:b.A(i,t).psi}]]}))}function En(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function Dn(e,n){let{folder:r,now:i,log:a,signal:o,version:s}=e,{host:c,port:l,"proxy-header":u}=n,d=i(),f={collector:n.collector,prometheus:n.prometheus},p=/* @__PURE__ */ new Map,m=/* @__PURE__ */ new Map,g=!1,_=yn({async readWatched(){let r=g?n:{...n,model:void 0},i=await t.t(e,r,m,!0);return g||jn(i,n),g=!0,i.filter(e=>$(e,n))},sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),i=p.get(r)??ee.n(e,{job:f,file:{collector:t,prometheus:n}});return i&&p.set(r,i),i},now:i,log:a,signal:o}),v=n.tokens===void 0?void 0:(0,S.resolve)(r,n.tokens),{tokens:y}=await t.n({tokens:dn({file:v,proxyHeader:u,warn:a.warn}),first:_.look()}),b=/* @__PURE__ */ new Set,x=e=>{for(let t of b)t(e)},C=!0,w=await h.o({routes:nn({watcher:_,scopeOf:e=>vt(e,{tokens:y.good(),proxyHeader:u?.toLowerCase()}),onChange(e){return b.add(e),()=>b.delete(e)},startedAt:d,now:i,ready:()=>C,version:s}),host:c,port:l,onFault:(e,t)=>a.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw Nn(e,c,l)});a.info(`listens on ${c}:${w.port}, releases it looks at: ${_.all().length}; alarms of before are not known`);let ne=async()=>{await y.reread(),await _.look()},T=async(e,t)=>{for(;!o.aborted&&(await(0,te.setTimeout)(e,void 0,{signal:o}).catch(()=>{}),!o.aborted);)await t().catch(e=>o.aborted||a.warn(`as before: ${Mn(e)}`))};await Promise.all([T(On,async()=>{await ne().finally(()=>x(`*`))}),T(kn,async()=>{let e=await _.glance();e.length>0&&x(e.map(L).join(` `))})]),C=!1,w.drain(),await w.close(An);let E=_.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...E.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:E}}}const On=6e4,kn=2e3,An=5e3;function $(e,{model:t,environment:n}){return(t===void 0||e.model===t)&&(n===void 0||e.environment===n)}function jn(e,t){let{model:n,environment:r}=t;if(e.length===0||e.some(e=>$(e,t)))return;let i=(e,t)=>[...new Set(t.map(t=>t[e]))],a=e.filter(e=>$(e,{model:n,environment:void 0}));throw a.length===0?g.V(n,i(`model`,e)):g.B(r,i(`environment`,a))}function Mn(t){return e.n(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function Nn(e,t,n){let{code:r=`no reason`}=e;return R([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=Dn;