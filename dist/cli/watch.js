const e=require("./names.js"),t=require("./watched.js"),n=require("./page.js"),r=require("./words.js"),i=require("./start.js"),a=require("./places.js"),o=require("./rules.js"),s=require("./judge.js"),c=require("./html.js"),l=require("./numbers.js"),u=require("./visible-text.js"),d=require("./live-of.js");require("./slices.js");const f=require("./experiment-plan.js"),p=require("./canary-now.js"),m=require("./unknown-name.js"),h=require("./sources.js"),g=require("./ask-tried.js"),_=require("./drift.js"),v=require("./fault.js"),y=require("./profile-file.js");let b=require("node:crypto"),x=require("node:path"),ee=require("node:timers/promises");function S(e,t,n){let r=e?.verdict.key===t.key?e:void 0,{evidence:i,asOf:a}=t,o=i&&a!==void 0?{evidence:i,asOf:a}:r?.seen,s=i?.since??-1/0,c=(r?.points??[]).filter(({at:e})=>e>=s),l=C(t),u=l!==void 0&&l.at>(c.at(-1)?.at??-1/0);return{verdict:t,lookedAt:n,verdictSince:r?.verdict.verdict===t.verdict?r.verdictSince:n,...o&&{seen:o},points:u?ne(te(c,l)):c}}function C({asOf:e,evidence:t}){let n=t?.conversion;if(!n||e===void 0)return;let{challenger:r,champion:i,difference:a,low:o,high:s}=n,c=({events:e,units:t})=>e/t;return{at:e,challenger:c(r),champion:c(i),difference:a,low:o,high:s}}function te(e,t){let[n,r]=e.toReversed();return[...n!==void 0&&r!==void 0&&n.at-r.at<w?e.slice(0,-1):e,t]}const w=5e4;function ne(e){return e.length<=500?e:e.filter((t,n)=>(e.length-1-n)%2==0)}function T(e,{champion:t,file:n},r){let{model:i,environment:a}=e,s={model:i,environment:a};if(`failed`in n)return{...s,step:n};if(!t)return{...s,step:{failed:se}};let c={champion:t,file:n,rules:o.t(t.version,n)},l=r&&!(`failed`in r.step)&&ce(r.step)===ce(c);return{...s,step:c,...l&&r.course&&{course:r.course}}}function E(e,t,n){let{model:r,environment:i,step:a,course:s}=e,c={...e,course:S(s,t,n)},l=s?.verdict;if(l?.verdict===t.verdict&&l.reason.kind===t.reason.kind)return{watching:c};let{challenger:u,weight:d}=a.file;return{watching:c,change:`${r} in ${i}: ${u.version} at ${d} %: ${t.verdict}: ${o.l(t)}`}}function D({step:e,course:t},n){if(`failed`in e)return O({kind:e.kind??`unread`,why:e.failed});let{key:r}=e.rules;if(!t)return{...O({kind:`not_yet`}),key:r};let{lookedAt:i,verdict:a}=t;if(n-i>18e4)return{...O({kind:`halted`,lookedAt:i}),key:r};let{asOf:o}=a;return o===void 0||n-o<=18e4?a:{...O({kind:`stale`,asOf:o}),key:r,asOf:o}}function re(e,t){let{evidence:n,asOf:r}=D(e,t);if(n&&r!==void 0&&e.course)return Math.min(e.course.lookedAt,r)+s.t}function ie(e,t,n){if(!e)return O({kind:`none`});let{step:r}=e;return(`failed`in r?void 0:le(r,t.release)??ue(r,t.weight))??D(e,n)}function ae({model:e,environment:t},n,r){let i=n&&!(`failed`in n.step)?n.step:void 0,{reason:a,needs:s,asOf:c,key:l,evidence:u}=r,{course:d}=n??{},f=o.s(r),p=e=>new Date(e).toISOString();return{verdict:r.verdict,reason:o.l(r),kind:a.kind,model:e,environment:t,...i&&de(i),...l!==void 0&&{key:l},...c!==void 0&&{asOf:p(c)},...d&&{lookedAt:p(d.lookedAt)},...s!==void 0&&{needs:s},...f&&{traffic:f},...u&&{evidence:u}}}function oe({release:e,looked:t},n){if(!t)return{unknown:`assay watch has not looked at its answers yet`};let{slow:r,at:a}=t;return n-a>18e4?{unknown:`assay watch looked at its answers last at ${i.T(a)}`}:`unknown`in r?r:{...r,release:e}}const se=`the record of the release beside it cannot be read`;function O(e){return{verdict:s.r[e.kind],reason:e}}function ce({rules:e,file:t}){return`${e.key} ${a.j(t.challenger)}`}function le({file:e,rules:t},n){let{challenger:r}=e;if(n!==void 0&&n!==r.version&&n!==a.j(r))return{...O({kind:`other_release`,asked:n,challenger:r.version}),key:t.key}}function ue({file:e,rules:t},n){if(n!==void 0&&n!==String(e.weight))return{...O({kind:`other_weight`,asked:n,weight:e.weight}),key:t.key}}function de({champion:e,file:t}){let{challenger:n,weight:r,unit:i}=t;return{champion:e.version,challenger:n.version,release:a.j(n),weight:r,unit:i}}const fe=`${n.u}:root{--link:#0759b8}
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
`;function pe({title:e,viewer:t,version:r,live:i},a){return`<!doctype html>
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
${i?me:``}
${t?ge(t):``}
</header>
<main id="main"${i?he(i):``}>
${a}
</main>
<footer>Assay ${n.c(r)}. This page changes nothing: commands are comments in pull requests.</footer>
${i?`<script>${i.script}<\/script>`:``}
</body>
</html>
`}const me=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function he(e){if(`row`in e){let t=e.good===void 0?``:` data-good="${e.good}"`,r=e.every===void 0?``:` data-every="${e.every}"`;return` data-row="${n.l(e.row)}"${t}${r}`}return` data-at="${e.at}"${e.isPart?` data-part`:``}`}function ge({login:e,maySignOut:t}){let r=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${n.c(e)}${r}</div>`}function _e(e,t){let r=n.l(t);return e!==void 0&&/^https?:\/\//.test(e)?`<a href="${n.l(e)}">${r}</a>`:`<strong>${r}</strong>`}function k(e,t){return`<a href="${n.l(e)}">${n.l(t)}</a>`}function ve({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function ye({model:e,environment:t}){return`/canary/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function be(e,t){let n=`failed`in e.step?``:` at ${e.step.file.weight} %`;return`${`failed`in e.step||e.step.file.decide===void 0?`canary`:`experiment`}${n}: ${r.i[D(e,t).verdict]}`}const xe={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};e.I({models:e.k(e.I({model:e.B(),environment:e.B(),release:e.B().optional(),state:e.E(c.l),kind:e.B().max(40).optional(),words:e.B(),canary:e.B().max(100).optional()}))}),e.I({report:e.B()});function Se({caption:e,columns:t,width:r,rows:i}){if(i.length===0)return``;let a=n.l(e),o=t.map(e=>`<th scope="col">${n.c(e)}</th>`).join(``);return`<div class="scroll" tabindex="0" role="region" aria-label="${a}"><table class="stack${r===void 0?``:` ${r}`}">
<caption>${a}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${i.join(`
`)}
</tbody>
</table></div>`}function Ce(e){return`<td data-of="${n.c(e)}">`}function A(e,t,n){return Se({caption:e,columns:t,width:`rows`,rows:n.map(([e=``,...n])=>`<tr><th scope="row">${e}</th>${n.map((e,n)=>`${Ce(t[n+1])}<div>${e}</div>`).join(``)}</tr>`)})}function we(e,t){let n=Te.flatMap(([n,r])=>{let[i,a]=[r(e),r(t)];return i===a?[]:[[n,a||`–`,i||`–`]]}),r=De(e,t);return`${A(`What the two releases are`,[`what`,`challenger`,`champion`],[...n,...Ee(e,t)])}${r}`}const Te=[[`release`,({version:e})=>n.c(e)],[`commit`,({commit:e,repository:t})=>_e(`${t}/commit/${e}`,e.slice(0,7))],[`change`,({subject:e=``})=>n.c(u.i(e,120))],[`released`,({created:e,by:t})=>`${i.T(Date.parse(e))} by ${n.c(t)}`],[`verdict in the pull request`,({verdict:e})=>r.i[e]],[`data`,({data:e=[]})=>e.slice(0,5).map(e=>n.c(u.i(e,120))).join(`<br>`)],[`test set`,({test_set:e})=>e?`${n.c(e.hash.slice(0,12))}, ${l.n(e.rows,`row`)}`:``],[`image`,({image:e})=>e?n.c(e.tag??e.digest.slice(0,19)):``],[`model`,({uri:e=``})=>n.c(u.i(e,120))],[`run`,({run:e})=>e===void 0?``:_e(e,`the run that made it`)]];function Ee(e,t){let[r,i]=[e.parameters??{},t.parameters??{}],a=(e,t)=>Object.hasOwn(e,t)?String(e[t]):void 0,o=[.../* @__PURE__ */ new Set([...Object.keys(i),...Object.keys(r)])].filter(e=>a(i,e)!==a(r,e)),s=e=>e===void 0?`–`:n.c(u.i(e,80)),c=o.slice(0,20).map(e=>[n.c(u.i(e,60)),s(a(i,e)),s(a(r,e))]),d=o.length-c.length;return d>0?[...c,[`${l.a(d)} more parameters`,``,``]]:c}function De(e,t){let{repository:r,commit:i}=t;return e.repository!==r||e.commit===i?``:`<p>${_e(`${r}/compare/${e.commit}...${i}`,`All commits between the two`)} <small>${n.l(r.replace(/^https?:\/\//,``))}</small></p>`}function Oe(e,{since:t,horizon:n,margin:r}){let a=e.at(-1);if(!a)return;let o=`${Le(a)}, the margin is −${r}`;return{title:`Conversion of both releases, and the difference`,description:`${l.n(e.length,`look`)} since ${i.T(e[0].at)}. Now the difference is ${o}. The shaded interval holds at every look, at 95 %, and is promised until ${i.T(n)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,svg:je(e,{since:t,horizon:n,margin:r,last:a}),table:{head:[`time (UTC)`,`challenger`,`champion`,`difference (interval)`],rows:Re(e,Ae).map(e=>[i.w(e.at),F(e.challenger),F(e.champion),Le(e)])}}}const ke={top:30,bottom:118},j={top:154,bottom:296},Ae=12;function je(e,{since:t,horizon:n,margin:r,last:a}){let o=Math.min(Math.max(n,a.at),Math.max(a.at+(a.at-t),t+Me)),s=N([t,o],[58,412]),c=Fe(1.5*Math.max(a.challenger,a.champion,.001),1),l=N([0,c],[ke.bottom,ke.top]),u=Fe(Math.max(2*r,1.2*Math.max(-a.low,a.high)),1),d=N([-u,u],[j.bottom,j.top]),f=(t,n)=>e.map(e=>`${P(s(e.at))} ${P(n(t(e)))}`),p=f(({high:e})=>e,d),m=f(({low:e})=>e,d).toReversed();return`<svg viewBox="0 0 420 326" aria-hidden="true">
${Ne()}
${[0,c/2,c].map(e=>Pe(l(e),F(e))).join(``)}
<path class="other" d="M${f(({champion:e})=>e,l).join(`L`)}"/>
<path class="own" d="M${f(({challenger:e})=>e,l).join(`L`)}"/>
${M(s(a.at),l(a.champion),`other`)}${M(s(a.at),l(a.challenger),`own`)}
<text x="58" y="${j.top-10}">challenger less champion</text>
${[-u,u].map(e=>Pe(d(e),Ie(e))).join(``)}
<path class="band" d="M${[...p,...m].join(`L`)}Z"/>
<path class="zero" d="M58 ${d(0)}H412"/><text class="end" x="52" y="${d(0)+4}">0</text>
<path class="margin" d="M58 ${P(d(-r))}H412"/><text class="end" x="412" y="${P(d(-r)+14)}">margin −${r}</text>
<path class="own" d="M${f(({difference:e})=>e,d).join(`L`)}"/>
${M(s(a.at),d(a.difference),`own`)}
<text x="58" y="316">${i.w(t)}</text><text class="end" x="412" y="316">${o===n?`horizon `:``}${i.w(o)}</text>
</svg>`}const Me=6e4;function Ne(){return`<path class="own" d="M58 12h26"/><text x="90" y="16">challenger</text><path class="other" d="M180 12h26"/><text x="212" y="16">champion</text>`}function Pe(e,t){return`<path class="grid" d="M58 ${P(e)}H412"/><text class="end" x="52" y="${P(e+4)}">${t}</text>`}function M(e,t,n){return`<circle class="${n}" cx="${P(e)}" cy="${P(t)}" r="3.5"/>`}function N([e,t],[n,r]){return i=>n+Math.min(1,Math.max(0,(i-e)/(t-e)))*(r-n)}function Fe(e,t){let n=10**Math.floor(Math.log10(e)),r=[1,1.5,2,3,4,6,8,10].find(t=>t*n>=e*(1-1e-9));return Math.min(t,Number((r*n).toPrecision(3)))}function P(e){return Number(e.toFixed(1))}function Ie(e){return`${e<0?`−`:`+`}${Math.abs(e)}`}function F(e){return`${Number((100*e).toPrecision(3))} %`}function Le({difference:e,low:t,high:n}){return l.t({value:e,interval:{low:t,high:n}})}function Re(e,t){if(e.length<=t)return[...e];let n=(e.length-1)/(t-1);return Array.from({length:t},(t,r)=>e[Math.round(r*n)])}function ze(e,t){return D(e,t).evidence!==void 0}function Be({step:{file:e},course:t}){let n=t?.seen?.evidence,{split:r}=n??{};if(!n||!r)return`<p>Nothing has come yet.</p>`;let{declared:i,seen:a,units:s}=r,{meshSplit:c}=n,u=Math.round(a*s);return Je(`Units of each release`,[[`Declared`,`${o.c(i)} of the ${e.unit}s to the challenger`],[`Seen`,qe(r)],...c?[[`By the mesh`,`${qe(c)}, of ${l.n(c.units,`request`)}`]]:[],[`n`,`${l.n(s,e.unit)}: ${l.a(u)} met the challenger, ${l.a(s-u)} the champion`],[`Met both`,`${l.n(n.metBoth,e.unit)}, counted in neither`],[`Not attributed`,`${l.n(n.unattributed,`event`)} without a ${e.unit} or of another release`]])}function Ve({step:{file:e,rules:t},course:r}){let{outcome:i,within:a,margin:o}=e.conversion,s=`<p>Of the ${e.unit}s that came, the share with <strong>${n.c(i)}</strong> within ${n.c(a)} of their first contact; each is counted once that time is over.</p>`,c=r?.seen,u=c?.evidence.conversion,{outcomes:d}=c?.evidence??{},f=d===void 0?``:`<p class="note">${l.n(d,`outcome`)} so far, with those of ${e.unit}s whose time is not over.</p>`;if(!c||!u)return`${s}\n<p>None has had its ${n.c(a)} yet in both releases.</p>\n${f}`;let{since:p}=c.evidence,m=Oe(r.points,{since:p,horizon:p+t.horizon,margin:o}),h=m?`<figure>
<div class="plot" role="img" aria-label="${n.l(`${m.title}. ${m.description}`)}">${m.svg}</div>
<figcaption class="note">${n.l(m.description)}</figcaption>
<details><summary>Numbers over time</summary>
${A(m.title,m.table.head,m.table.rows.map(e=>e.map(n.l)))}
</details>
</figure>`:``;return[s,Ye(u),f,h].filter(Boolean).join(`
`)}function He({step:{file:e},course:t}){if(e.slices===void 0)return``;let r=t?.seen?.evidence.slices,i=`<strong>${n.c(e.slices)}</strong>`;return r?`<p>By ${i} at the first contact. Nothing is decided by it. The intervals hold at every look, all of them together.</p>
${A(`Conversion in each slice`,[`slice`,`challenger`,`champion`,`difference`],r.map(({name:e,challenger:t,champion:r,change:i})=>[e===`__others__`?`all others`:n.c(e),t.units>0?L(t):`–`,r.units>0?L(r):`–`,i?n.l(l.t({value:i.difference,interval:{low:i.low,high:i.high}})):`<small>too few</small>`]))}`:`<p>Nothing is counted by ${i}: it takes the collector, and a profile of the champion with that feature and its categories.</p>`}function Ue({step:{file:e},course:t}){let r=t?.seen?.evidence.harm??[],i=new Set(r.map(({metric:e})=>e)),o=e.guardrails.filter(e=>!i.has(e)).map(I),s=o.length>0?`<p class="note">Without ${e.unit}s yet: ${o.join(`, `)}.</p>`:``,c=A(`Evidence of harm: it is shown where e reaches the limit, however often it is looked at`,[`what`,`challenger`,`champion`,`evidence`,`limit`],r.map(e=>[n.l(I(e.metric)),L(e.challenger),L(e.champion),Xe(e),l.a(e.limit)])),u=a.G(e).mesh.map(I).join(` and `);return`${c}${s}${u?`<p class="note">${n.l(u)}: of the requests that the proxies of ${n.c(e.mesh?.series??`the mesh`)} count.</p>`:``}`}function We(e,t){let{course:n,step:r}=e;if(!n)return`<p>Nothing has been looked at yet.</p>`;let a=`looked at ${i.T(n.lookedAt)}`;if(!n.seen)return`<p>No counts of this step have been seen; ${a}.</p>`;let{asOf:o,evidence:c}=n.seen,u=ze(e,t)?``:` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`;return`<p>The newest counts are ${Ke(o,t)}, of ${i.T(o)}; ${a}. After ${l.o(s.t/1e3)} they say nothing of now.${u}</p>
<p class="note">Counted since ${i.T(c.since)}; ${Ge(r,c.since)}.</p>`}function Ge({file:e,rules:t},r){return e.decide===void 0?`the horizon of ${n.c(e.horizon)} ends at ${i.T(r+t.horizon)}`:`the experiment ends at ${i.T(r+a.U(e.for)*1e3)}`}function Ke(e,t){return`${l.o(Math.max(0,Math.round((t-e)/1e3)))} old`}function I(e){return e===`conversion`?`conversion`:a.Y[e].label}function qe({seen:e,low:t,high:n,e:r}){let i=r>=d.v;return`<b class="${i?`bad`:`good`}">${o.c(e)}</b> (${o.c(t)} to ${o.c(n)} at 95 %, at every look): ${i?`not what was declared`:`as declared, as far as it can be told`} <small>e ${Ze(r)}; from ${l.a(d.v)} on it is not</small>`}function Je(e,t){return`<table class="facts">
<caption>${e}</caption>
<tbody>
${t.map(([e,t])=>`<tr><th scope="row">${e}</th><td>${t}</td></tr>`).join(`
`)}
</tbody>
</table>`}function Ye({challenger:e,champion:t,difference:r,low:i,high:a,margin:o}){let s=l.t({value:r,interval:{low:i,high:a}});return Je(`Shares that convert`,[[`Challenger`,L(e)],[`Champion`,L(t)],[`Difference`,`<b>${n.l(s)}</b>, where −${o} is acceptable still`]])}function L({events:e,units:t}){return`${o.c(e/t)} <small>${l.a(e)} of ${l.a(t)}</small>`}function Xe({e,limit:t}){let n=e>=t,r=Math.min(1,Math.max(0,Math.log(e)/Math.log(t))),i=`<svg class="bar${n?` over`:``}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100*r).toFixed(1))}%" height="8"/></svg>`;return`<b class="${n?`bad`:``}">${n?`harm`:`none shown`}</b> <small>e ${Ze(e)}</small>${i}`}function Ze(e){return e>=1e6?`over 1,000,000`:e<.01?`below 0.01`:e>=10?l.a(e):String(Number(e.toPrecision(2)))}function Qe({step:{file:e,champion:t,rules:n},course:r},i,c){let l=r?.seen?.evidence.since;if(l===void 0)return;let{verdict:u,key:d,asOf:p}=i,m=s.i[i.reason.kind],h={verdict:u,reason:o.l(i),release:a.j(e.challenger)},g=p===void 0||d===void 0?{}:{fact:{...h,key:d,asOf:p,...m&&{winner:m}}};return f.n({file:e,since:l,...g},{champion:t,key:n.key,now:c,oldest:s.t})}function $e(e,t,n){if(!e||`failed`in e.step||t.asOf===void 0)return`hold`;let{step:r}=e,i=Qe({...e,step:r},t,n);switch(i?.step){case`advance`:case`promote`:return`advance`;case`take_back`:return i.because===`harm`&&r.file.on_harm===`propose`?`hold`:`take_back`;case`stay`:case void 0:return`hold`}}function et(e,t){let n=D(e,t),{step:r,course:a}=e,s=a&&n===a.verdict?` since ${i.T(a.verdictSince)}`:``,c=`failed`in r?``:` Next: ${tt({...e,step:r},n,t)}.`;return`${s}: ${o.l(n)}.${c}`}function tt(e,t,n){let{file:r}=e.step,i=Qe(e,t,n);return i?nt(i,r):`it stays at ${r.weight} % until its traffic is known`}function nt(e,t){let n=`it stays at ${t.weight} %`;switch(e.step){case`advance`:return`${rt(t)} gives it ${e.weight} %${ot(e)}`;case`promote`:return`${rt(t)} gives it all traffic${ot(e)}`;case`take_back`:return`a pull request takes it back${e.because===`harm`?it[t.on_harm]:``}`;case`stay`:switch(e.why.kind){case`step`:return`${n} until ${i.E(e.why.until)}, when the step may end`;case`evidence`:return`${n} until that can be told, at the longest until ${i.E(e.why.until)}; then ${at[t.on_inconclusive]}`;case`over`:return`${n} until somebody decides, the horizon is over since ${i.E(e.why.since)}`;case`experiment`:return`${n} until ${i.E(e.why.until)}, when a pull request has the decision`;case`unknown`:return`${n} until its traffic is known`;case`controller`:return`its controller takes the next step`;case`not_comparable`:return`${n} and somebody looks at it; else it is taken back at ${i.E(e.why.until)}`}}}function rt({moved_by:e}){return e===void 0?`a pull request`:`its controller`}const it={merge:` and is merged by policy`,propose:`, which somebody merges`},at={hold:`somebody decides`,promote:`it takes the next step without a verdict`,rollback:`it is taken back`};function ot({withoutVerdict:e}){return e?`, without a verdict`:``}function st(e,{now:t,version:a,script:o,viewer:s}){let{model:c,environment:l,step:u}=e,{verdict:d}=D(e,t),f=`failed`in u||u.file.decide===void 0?`Canary`:`Experiment`,p=`<nav aria-label="Back"><p>${s?ut(e):lt(e)}</p></nav>
<h1>${f} of ${n.c(c)} in ${n.c(l)}</h1>
<p class="lead">${`failed`in u?``:pt(e,u,t)}It is ${i.T(t)}.</p>
<div class="card ${dt[d]}"><p><span aria-hidden="true">${r.r[d]}</span> <strong>${r.i[d]}</strong>${n.l(et(e,t))}</p></div>
${`failed`in u?``:mt({...e,step:u},t)}`,m=re(e,t),h={script:o,row:R(e),...m!==void 0&&{good:Math.ceil((m-t)/1e3)},...s&&{every:ct}};return pe({title:`${r.i[d]}: ${f.toLowerCase()} of ${c}`,version:a,live:h,...s&&{viewer:s}},p)}function R({model:e,environment:t}){return`${e}/${t}`}const ct=2;function lt(e){return`${k(`/`,`All live traffic`)} · ${k(ve(e),`Features of the champion`)}`}function ut({model:e}){return`${k(`/`,`All models`)} · ${k(`/models/${encodeURIComponent(e)}`,e)}`}const dt={pass:`good`,fail:`bad`,inconclusive:`open`,not_comparable:`open`},ft={winner:`the one that is shown to convert better gets all of the traffic`,none:`the result is told and nobody is promoted`};function pt({course:e},{file:t,champion:r},i){let{weight:a,unit:o,steps:s,challenger:c,decide:l}=t,u=l===void 0?`steps of ${s.join(`, `)} and 100 %`:`until ${n.c(t.for)} are over, when ${ft[l]}`,d=e?.seen?`The newest counts are ${Ke(e.seen.asOf,i)}. `:``;return`${n.c(c.version)} gets ${a} % of the ${o}s, ${n.c(r.version)} the rest; ${u}. ${d}`}function mt(e,t){let{champion:r,file:i}=e.step;return`<div class="measured${ze(e,t)?``:` stale`}">
${n.a(`The split`,Be(e))}
${n.a(`Conversion`,Ve(e))}
${n.a(`Slices`,He(e))}
${n.a(`Guardrails`,Ue(e))}
</div>
${n.a(`What changed`,we(r,i.challenger))}
${n.a(`Age of the data`,We(e,t))}`}function ht(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return p.r}return t?.scopeOf(gt(e.header(`authorization`)))}function gt(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function z(t){return new e.Y({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function _t({live:e,looked:t},n){return e?`not`in e?{failed:`the way back is not live: ${e.not}`}:`unknown`in e?{failed:`whether the way back is live is not known: ${e.unknown}`}:t?n-t.at>18e4?{failed:`it was last looked at at ${i.T(t.at)}: what looks has come to a halt`}:g.c(t.comesYet,{live:e.since,now:n}):{failed:`it has not been looked at yet`}:{failed:`nobody is asked since when the way back is live`}}function vt(e,t){let n=_t(e,t);return{release:e.release,silence:g.l(n),reason:g.s(n),...n}}const yt=e.F().refine(i.C),bt=e.B().max(200);e.I({takenBack:e.H([e.I({release:bt,since:yt,asOf:yt,own:e.F(),all:e.F()}),e.I({release:bt,failed:e.B().max(1e4),nobody:e.N(!0).optional()})])});function xt(e,{now:t,version:r,script:a}){let{model:o,environment:s,release:c,champion:l,at:u}=e,d=_t(e,t),{tone:f,sign:p,title:m}=St[g.l(d)],h=`<nav aria-label="Back"><p>${k(`/`,`All live traffic`)}</p></nav>
<h1>Canary of ${n.c(o)} in ${n.c(s)}</h1>
<p class="lead">${n.c(c)} was taken back at ${i.T(u)}, and ${n.c(l)} gets all of the traffic again. It is ${i.T(t)}.</p>
<div class="card ${f}"><p><span aria-hidden="true">${p}</span> <strong>${m}</strong>: ${n.l(g.s(d))}.</p></div>`;return pe({title:`${m}: canary of ${o}`,version:r,live:{script:a,row:R(e)}},h)}const St={none:{tone:`good`,sign:`✅`,title:`Nothing goes to it`},some:{tone:`bad`,sign:`❌`,title:`It still gets traffic`},open:{tone:`open`,sign:`❔`,title:`Not known yet`}};function Ct(e,t){let n={...c.s(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function wt(e,{verdict:t,asOf:n,breakage:r,minutes:i,now:a}){let o=t.release??e.release,s=e.release!==o,l=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??a,u=Et(t,l,a,i.quiet),d={...i,silence:i.quiet},f=c.i(e.alarms,u,a,d),{model:p,environment:m}=e;return{change:f,watching:{model:p,environment:m,...o!==void 0&&{release:o},verdict:u,alarms:f.alarms,lookedAt:a,...n!==void 0&&{asOf:n},...l!==void 0&&{unseenSince:l},breakage:r}}}function B({model:e,release:t,environment:n,verdict:r,lookedAt:a},o){if(a===void 0||o-a<=Tt)return r;let s=`it was last looked at at ${i.T(a)}: what looks has come to a halt`;return{...c.s(e,s,r.budget),environment:n,...t!==void 0&&{release:t}}}const Tt=6e5;function Et(e,t,n,r){return t===void 0||n-t<r*6e4?e:c.o(e,`nothing has been seen since ${i.T(t)}: ${e.unseen}`)}function Dt(e,{startedAt:t,now:r,version:a,script:o,notes:s,canaries:d}){let f=new Map(d.map(e=>[kt(e),e])),p=e.map(e=>({one:e,verdict:B(e,r),canary:At(f.get(kt(e)),r)})).toSorted((e,t)=>jt(e)-jt(t)),m=Ot.map(e=>{let t=p.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),h=p.filter(({canary:e})=>e?.isWrong).length,g=[m.length>0?m.join(`, `):`Nothing serves`,...h>0?[`${h} ${h===1?`canary`:`canaries`} wrong`]:[]].join(`; `),_=p.map(({one:e,verdict:t,canary:n})=>Mt(e,t.state,c.x(t),n?.html??``,r)),v=`<h1>Live traffic</h1>
<p class="lead">${n.l(g)}. It is ${i.T(r)}.</p>
${s.map(e=>`<p class="note">${n.l(u.i(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${l.n(e.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${_.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${i.T(t)}; of alarms before that nothing is known here.</p>`;return pe({title:`Assay: ${g}`,version:a,live:{script:o,at:r,isPart:!1}},v)}const Ot=[`critical`,`unknown`,`warn`,`steady`];function kt({model:e,environment:t}){return`${e} ${t}`}function At(e,t){if(!e)return;let{verdict:n}=D(e,t),r=n===`fail`||n===`not_comparable`,i=k(ye(e),be(e,t));return{isWrong:r,html:`<small${r?` class="bad"`:``}>${i}</small>`}}function jt({verdict:e,canary:t}){return t?.isWrong?0:Ot.indexOf(e.state)}function Mt(e,t,r,a,o){let{model:s,environment:l,release:d,alarms:f,asOf:p}=e,m=f.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${i.T(n)}`),h=p===void 0?`–`:`${Math.max(0,Math.round((o-p)/6e4))} min ago`;return`<tr id="${n.l(`${s}/${l}`)}"><th scope="row"><a href="${n.l(ve(e))}">${n.c(s)}</a><small>${n.c(l)}</small>${a}</th><td class="${xe[t]}"><b>${c.d[t]} ${t}</b><small>${n.l(u.i(r,300))}</small></td><td>${m.length>0?n.l(m.join(`; `)):`–`}</td><td>${h}</td><td>${n.c(d??`–`)}</td></tr>`}function Nt({step:e,course:t}){if(`failed`in e)return e;let{champion:n,file:r}=e;return{champion:n,file:r,...t&&{course:t}}}const V=e.F().refine(i.C),H=e.B().max(1e4),Pt=e.E([`challenger`,`champion`]),U=e.I({events:e.F(),units:e.F()}),Ft=e.I({declared:e.F(),seen:e.F(),low:e.F(),high:e.F(),units:e.F(),e:e.F()}),It=e.I({metric:e.E([`conversion`,`errors`,`latency`,`missing_outcome`]),challenger:U,champion:U,e:e.F(),limit:e.F()}),W=e.I({challenger:U,champion:U,difference:e.F(),low:e.F(),high:e.F(),margin:e.F(),better:Pt.optional()}),Lt={none:{},unread:{why:H},no_step:{why:H},other_weight:{asked:H,weight:e.F()},other_release:{asked:H,challenger:H},not_yet:{},halted:{lookedAt:V},uncounted:{why:H},unreadable:{what:H},other_step:{key:H},stale:{asOf:V},ahead:{asOf:V},settling:{since:V},unit:{unit:e.E([`user`,`request`])},empty:{arms:e.E([`both`,`challenger`,`champion`])},split:{split:Ft,counts:e.N(`mesh`).optional()},met_both:{metBoth:e.F(),units:e.F()},rerouted:{},rules_changed:{},harm:{harmed:e.k(It).max(20)},worse:{conversion:W},not_live:{why:H},before_live:{since:V,live:V},live_unknown:{why:H,events:e.F()},full:{events:e.F()},unmeasured:{why:H},immature:{within:e.F()},few:{least:e.F(),arm:Pt,events:e.F()},undecided:{conversion:W,left:e.F()},not_worse:{conversion:W},no_winner:{conversion:W},challenger_better:{conversion:W},champion_better:{conversion:W}},Rt=e.j(`kind`,Object.entries(Lt).map(([t,n])=>e.I({kind:e.N(t),...n}))),zt=e.I({since:V,restarted:e.A(),split:Ft.optional(),meshSplit:Ft.optional(),harm:e.k(It).max(20),conversion:W.optional(),metBoth:e.F(),unattributed:e.F(),outcomes:e.F().optional(),slices:e.k(e.I({name:e.B().max(200),challenger:U,champion:U,change:e.I({difference:e.F(),low:e.F(),high:e.F()}).optional()})).max(100).optional()}),Bt=e.I({verdict:e.E([`pass`,`fail`,`inconclusive`,`not_comparable`]),reason:Rt,key:H,causes:e.k(H).max(20).optional(),asOf:V.optional(),needs:e.F().optional(),evidence:zt.optional()}).refine(({verdict:e,reason:t})=>s.r[t.kind]===e),Vt=e.I({at:V,challenger:e.F(),champion:e.F(),difference:e.F(),low:e.F(),high:e.F()}),Ht=e.I({verdict:Bt,lookedAt:V,verdictSince:V,seen:e.I({evidence:zt,asOf:V}).optional(),points:e.k(Vt).max(500)});e.I({page:e.H([e.I({failed:H,kind:e.N(`no_step`).optional()}),e.I({champion:a.D,file:a.y,course:Ht.optional()})]).optional()});function Ut(e,t){let n=e.map(e=>({one:e,verdict:D(e,t),of:Gt(e)})),r=(e,t,r)=>[e,t,n.flatMap(t=>r(t).flatMap(([n,r])=>r===void 0?[]:[`${e}${p.c({...t.of,...n})}${r}`]))];return[r(`assay_canary_verdict`,`Which of the verdicts it is: 1.`,({verdict:e})=>Wt.map(t=>[{verdict:t},+(e.verdict===t)])),r(`assay_canary_share`,`Share of the units in the challenger, with what holds at every look.`,e=>Kt(e.verdict.evidence?.split,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_split_log_e`,`Evidence against the declared share; from ln(1000) on it is broken.`,e=>[[{},G(e.verdict.evidence?.split?.e)]]),r(`assay_canary_mesh_share`,`The same share of the requests that the mesh has counted.`,e=>Kt(e.verdict.evidence?.meshSplit,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_mesh_split_log_e`,`Evidence against the declared share in the mesh.`,e=>[[{},G(e.verdict.evidence?.meshSplit?.e)]]),r(`assay_canary_units`,`Units of an arm that a metric is of.`,({verdict:e})=>(e.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.units],[{metric:e,arm:`champion`},n.units]])),r(`assay_canary_events`,`Of these, the ones that converted, or met the event of a guardrail.`,e=>(e.verdict.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.events],[{metric:e,arm:`champion`},n.events]])),r(`assay_canary_log_e`,`Evidence of harm in a metric.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,e:t})=>[{metric:e},G(t)])),r(`assay_canary_log_e_limit`,`From where on it is harm.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,limit:t})=>[{metric:e},G(t)])),r(`assay_canary_difference`,`Conversion, challenger less champion, with what holds at every look.`,e=>Kt(e.verdict.evidence?.conversion,[`difference`,`low`,`high`])),r(`assay_canary_margin`,`How much less is still acceptable.`,({one:e})=>[[{},`failed`in e.step?void 0:e.step.rules.conversion.margin]]),r(`assay_canary_needs_seconds`,`How much longer until it passes, at the traffic that there is.`,e=>[[{},e.verdict.needs]]),r(`assay_canary_age_seconds`,`How old the counts are that it is judged by.`,({one:e})=>[[{},e.course?.seen&&(t-e.course.seen.asOf)/1e3]])]}const Wt=[`pass`,`fail`,`inconclusive`,`not_comparable`];function Gt({model:e,environment:t,step:n}){return`failed`in n?{model:e,environment:t}:{model:e,environment:t,release:n.file.challenger.version,canary:n.rules.key}}function Kt(e,t){return t.map(t=>[{bound:t},e?.[t]])}function G(e){return e===void 0?void 0:Math.log(e)}function qt(e,{canaries:t,startedAt:n,now:r}){let i=e.map(e=>({one:e,verdict:B(e,r),of:Xt(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>Jt.map(n=>`assay_drift_state${p.c({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${p.c({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>K(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...Zt(t,e).map(([e,{rows:t}])=>K(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.filter(({cutOff:e})=>e!==void 0).map(({name:e,psi:t})=>K(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...Zt(t,e).filter(([,{rows:e}])=>e>0).map(([e,{psi:t}])=>K(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[K(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=Yt[e];return[t,n,i.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[K(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[K(`assay_drift_age_seconds`,t,(r-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[K(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],...Ut(t,r),[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${n/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const Jt=[`steady`,`warn`,`unknown`,`critical`],Yt={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function Xt({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function Zt({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function K(e,t,n){return`${e}${p.c(t)}${n}`}const Qt=`(() => {
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
`,$t=e=>`'sha256-${(0,b.createHash)(`sha256`).update(e).digest(`base64`)}'`,en={"content-security-policy":`default-src 'none'; style-src ${$t(fe)}; script-src ${$t(Qt)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function tn(e){let{startedAt:t,now:n,ready:r,version:i}=e,a=t=>e.scopeOf(t)?void 0:rn,o=(t,n,r)=>({name:t,method:`GET`,path:n,refuse:a,answer(t){let n=e.scopeOf(t);return n?r(t,nn(e,n)):rn}});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:r()?200:503})},o(`metrics`,`/metrics`,(e,r)=>({status:200,text:qt(r.all(),{canaries:r.canaries(),startedAt:t,now:n()}),type:`text/plain; version=0.0.4; charset=utf-8`})),o(`drift`,`/v1/drift`,({query:e},t)=>{if(!e.has(`model`)&&!e.has(`environment`))return q({models:t.all().map(e=>ln(e,J(t,e),n()))});let r=sn(t.all(),e.get(`model`),e.get(`environment`));return`status`in r?r:q(cn(r,J(t,r),n()))}),o(`canary`,`/v1/canary`,({query:e},t)=>{let r=sn(t.all(),e.get(`model`),e.get(`environment`),`/v1/canary`);if(`status`in r)return r;let i=J(t,r),a=ie(i,{release:e.get(`release`)??void 0,weight:e.get(`weight`)??void 0},n()),o=t.slow(r),s=t.takenBack(r),c={...ae(r,i,a),next:$e(i,a,n()),...o&&{slow:oe(o,n())},...s&&{takenBack:vt(s,n())}};return!i||!e.has(`course`)?q(c):(t.show(i),q({...c,page:Nt(i)}))}),o(`canary-page`,`/canary/*/*`,({rest:e},t)=>{let[r=``,a=``]=e.split(`/`).map(p.s),o=J(t,{model:r,environment:a}),s=t.takenBack({model:r,environment:a}),c={now:n(),version:i,script:Qt};if(o)t.show(o);else if(!s)return{status:404,text:`no release enters this environment in steps now
`};return{status:200,text:o?st(o,c):xt(s,c),type:an,headers:en}}),o(`page`,`/`,(e,r)=>({status:200,text:Dt(r.all(),{startedAt:t,now:n(),version:i,script:Qt,notes:r.notes(),canaries:r.canaries()}),type:an,headers:en})),o(`model`,`/drift/*/*`,({rest:e},t)=>{let[r=``,i=``]=e.split(`/`).map(p.s),a=sn(t.all(),r,i);return`status`in a?a:{status:200,text:c.t(B(a,n())),type:an,headers:on}}),o(`events`,`/events`,(e,{onChange:t})=>({status:200,events:{open:t}}))]}function nn({watcher:e,onChange:t},n){if(n.isWhole)return{...e,onChange:t};let r=e=>n.covers(e.model,e.environment);return{...e,all:()=>e.all().filter(r),canaries:()=>e.canaries().filter(r),notes:()=>e.notes(`briefly`),takenBack:t=>r(t)?e.takenBack(t):void 0,onChange:n=>t(t=>{let i=/* @__PURE__ */ new Set([`*`,...e.canaries().filter(r).map(R)]),a=t.split(` `).filter(e=>i.has(e));a.length>0&&n(a.join(` `))})}}const rn={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},an=`text/html; charset=utf-8`,q=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),on={...en,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function J(e,{model:t,environment:n}){return e.canaries().find(e=>e.model===t&&e.environment===n)}function sn(e,t,n,r=`/v1/drift`){let i=e.filter(e=>e.model===t);return(n===null&&i.length===1?i[0]:i.find(e=>e.environment===n))||(t===null||n===null&&i.length>1?{status:400,text:`name both: ${r}?model=churn&environment=production\n`}:{status:404,text:`no release of this model serves in this environment
`})}function cn(e,t,n){let r=B(e,n);return{...ln(e,t,n),report:c.u(r),verdict:c.n(r)}}function ln(e,t,n){let r=B(e,n),i=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:r.state,kind:r.kind,words:c.x(r),lookedAt:i(e.lookedAt),asOf:i(e.asOf),canary:t&&be(t,n),alarms:e.alarms.map(({kind:e,level:t,since:n,features:r})=>({kind:e,level:t,since:i(n),features:r.map(({name:e})=>e)}))}}async function un({file:t,proxyHeader:n,warn:r}){let i=await dn(t,n),a;return{good:()=>i,async reread(){try{i=await dn(t,n),a=void 0}catch(t){if(!e.X(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function dn(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw z([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await p.n(t);if(`problems`in e)throw z(e.problems);return e}catch(n){throw e.X(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?z(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,x.dirname)(t)}/${(0,x.basename)(t)}`},...n&&{fix:n}}))):n}}}async function Y({sources:t,log:n,signal:r},i,a){try{let e=t(i);return e?await a(e):{failed:`neither a collector nor Prometheus is named`}}catch(t){if(r?.throwIfAborted(),e.X(t))return{failed:t.problems.map(({what:e})=>e).join(`; `)};let{name:a=typeof t}=t;return n.warn(`a fault of Assay at the canary of ${i.model} in ${i.environment} (${a})`),{failed:`a fault of Assay (${a})`}}}function fn({sources:e,now:t,log:n,signal:r}){let i=/* @__PURE__ */ new Map,a=(i,{rules:a})=>{let{model:o,environment:s}=i,c=t();return Y({sources:e,log:n,signal:r},i,e=>e.canary({model:o,environment:s,key:a.key},a,c,g.i(i.seen??{},c)))};async function o(e){let{step:r}=e.watching;if(`failed`in r)return!1;let i=await a(e.of,r);if(e.watching.step!==r)return!1;let o=t(),{watching:c,change:l}=E({...e.watching,step:r},s.n(i,r.rules,o,e.of.seen),o),u=`failed`in i?i.failed:JSON.stringify({...d.C(i),asOf:0}),f=u!==e.told;return Object.assign(e,{watching:c,told:u}),l!==void 0&&n.info(l),f}return{all:()=>[...i.values()].map(({watching:e})=>e),async keep(e){let t=await Promise.all(e.map(async e=>({of:e,file:await p.t(e)})));i=new Map(t.flatMap(({of:e,file:t})=>{if(!t)return[];let{champion:n}=e,r=i.get(X(e)),a={of:e,watching:T(e,{champion:n,file:t},r?.watching)};return[[X(e),r?Object.assign(r,a):a]]}))},async look(e){let t=i.get(X(e));t&&await o(t)},show(e){let n=i.get(X(e));n&&(n.shownAt=t())},async glance(){let e=t(),n=({watching:e})=>e.course?.lookedAt??0,r=[...i.values()].filter(({shownAt:t=-1/0})=>e-t<=pn).sort((e,t)=>n(e)-n(t)).slice(0,mn).map(async e=>await o(e)?[e.of]:[]);return(await Promise.all(r)).flat()}}}const pn=15e4,mn=8;function X({model:e,environment:t}){return`${e} ${t}`}function hn({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{release:t,takesSlow:r}=e;if(!r||t===void 0)return[];let i=n.get(Z(e));return[[Z(e),i?.release===t?i:{release:t}]]}))},async look(r){let i=n.get(Z(r));if(!i)return;let{release:a}=i,{model:o,environment:s}=r,c=await Y(t,r,t=>t.slow({model:o,environment:s,release:a},e())),l=`failed`in c?{unknown:c.failed}:c;n.get(Z(r))===i&&n.set(Z(r),{release:a,looked:{slow:l,at:e()}})},of:e=>n.get(Z(e))}}function Z({model:e,environment:t}){return`${e} ${t}`}function gn({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{model:t,environment:r,champion:i,takenBack:a}=e;if(!i||!a)return[];let o=n.get(Q(e)),s=o?.release===a.release&&o.at===a.at&&o.looked,c={model:t,environment:r,champion:i.version,...a};return[[Q(e),{...c,...s&&{looked:s}}]]}))},async look(r){let i=n.get(Q(r));if(!i?.live||!(`since`in i.live))return;let{model:a,release:o}=i,s=i.live.since,c=await Y(t,r,e=>e.comesYet({model:a,release:o,live:s}));n.get(Q(r))===i&&n.set(Q(r),{...i,looked:{comesYet:c,at:e()}})},of:e=>n.get(Q(e))}}function Q({model:e,environment:t}){return`${e} ${t}`}function _n({readWatched:t,sources:n,now:r,log:a,signal:o}){let s=[],l,d,f=/* @__PURE__ */ new Map,p=fn({sources:n,now:r,log:a,signal:o}),m=hn({sources:n,now:r,log:a,signal:o}),g=gn({sources:n,now:r,log:a,signal:o});async function y(){if(l!==void 0&&r()-l<vn&&!s.some(xn)&&d===void 0)return;try{s=await t(),l=r(),d=void 0}catch(t){if(l===void 0||!(e.X(t)||v.r(t)))throw t;let n=e.X(t)?t.problems.map(({what:e})=>e).join(`; `):u.i(u.a(v.n(t)),200),r=`The deploy repository cannot be read: what serves is as it was at ${i.T(l)}.`;d===void 0&&a.warn(`${r} ${n}`),d={words:r,why:n}}let n=s.map(e=>{let t=Sn(e);return[t,f.get(t)??Ct(e,c.r(e.drift??_.t.parse({})).budget)]});f=new Map(n),m.keep(s),g.keep(s)}async function b(e){let t=c.r(e.drift??_.t.parse({})),n=r(),i={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:o,asOf:s,breakage:l=bn}=await x(e,i,t,n),{watching:u,change:d}=wt(f.get(Sn(e)),{verdict:{...o,...i},breakage:l,minutes:t.minutes,now:n,...s!==void 0&&{asOf:s}});f.set(Sn(e),u),wn(a,u,d)}async function x(t,r,{minutes:i,budget:s,volume:l},u){let{profile:d}=t,f=e=>({verdict:c.s(t.model,e,s)});if(`failed`in d)return f(d.failed);try{let e=n(t);if(!e)return f("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:a}=t,o=await h.t(e,{of:r,profile:d,minutes:i,requests:a,volume:l,now:u}),p=c.a({profile:d,...o,settings:{budget:s},now:u}),{seen:m}=o;if(`failed`in m)return{verdict:p};let{asOf:g,windows:_}=m;return{verdict:p,...g!==void 0&&{asOf:g},..._.breakage&&{breakage:Cn(d,_.breakage)}}}catch(n){if(o?.throwIfAborted(),e.X(n))return f(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return a.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),f(`a fault of Assay (${r})`)}}return{all:()=>[...f.values()],canaries:p.all,show:p.show,glance:p.glance,slow:m.of,takenBack:g.of,notes:e=>d===void 0?[]:[e===`briefly`?d.words:`${d.words} ${d.why}`],async look(){await y(),await p.keep(s);let e=[...s];await Promise.all(Array.from({length:yn},async()=>{for(let t=e.shift();t;t=e.shift())await b(t),await p.look(t),await m.look(t),await g.look(t)}))}}}const vn=3e5,yn=8,bn=/* @__PURE__ */ new Map;function xn({seen:e,takenBack:t}){return[e?.live,t?.live].some(e=>e!==void 0&&`not`in e)}function Sn({model:e,environment:t}){return`${e} ${t}`}function Cn(e,t){let n=y.g(e),{features:r}=c.c(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=y.C(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:y.D(i,t).psi}]]}))}function wn(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function Tn(e,n){let{folder:r,now:i,log:a,signal:o,version:s}=e,{host:c,port:l,"proxy-header":u}=n,d=i(),f={collector:n.collector,prometheus:n.prometheus},m=/* @__PURE__ */ new Map,g=/* @__PURE__ */ new Map,_=!1,v=_n({async readWatched(){let r=_?n:{...n,model:void 0},i=await t.t(e,r,g,!0);return _||kn(i,n),_=!0,i.filter(e=>$(e,n))},sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),i=m.get(r)??h.n(e,{job:f,file:{collector:t,prometheus:n}});return i&&m.set(r,i),i},now:i,log:a,signal:o}),y=n.tokens===void 0?void 0:(0,x.resolve)(r,n.tokens),{tokens:b}=await t.n({tokens:un({file:y,proxyHeader:u,warn:a.warn}),first:v.look()}),S=/* @__PURE__ */ new Set,C=e=>{for(let t of S)t(e)},te=!0,w=await p.o({routes:tn({watcher:v,scopeOf:e=>ht(e,{tokens:b.good(),proxyHeader:u?.toLowerCase()}),onChange(e){return S.add(e),()=>S.delete(e)},startedAt:d,now:i,ready:()=>te,version:s}),host:c,port:l,onFault:(e,t)=>a.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw jn(e,c,l)});a.info(`listens on ${c}:${w.port}, releases it looks at: ${v.all().length}; alarms of before are not known`);let ne=async()=>{await b.reread(),await v.look()},T=async(e,t)=>{for(;!o.aborted&&(await(0,ee.setTimeout)(e,void 0,{signal:o}).catch(()=>{}),!o.aborted);)await t().catch(e=>o.aborted||a.warn(`as before: ${An(e)}`))};await Promise.all([T(En,async()=>{await ne().finally(()=>C(`*`))}),T(Dn,async()=>{let e=await v.glance();e.length>0&&C(e.map(R).join(` `))})]),te=!1,w.drain(),await w.close(On);let E=v.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...E.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:E}}}const En=6e4,Dn=2e3,On=5e3;function $(e,{model:t,environment:n}){return(t===void 0||e.model===t)&&(n===void 0||e.environment===n)}function kn(e,t){let{model:n,environment:r}=t;if(e.length===0||e.some(e=>$(e,t)))return;let i=(e,t)=>[...new Set(t.map(t=>t[e]))],a=e.filter(e=>$(e,{model:n,environment:void 0}));throw a.length===0?m.n(n,i(`model`,e)):m.t(r,i(`environment`,a))}function An(t){return e.X(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function jn(e,t,n){let{code:r=`no reason`}=e;return z([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=Tn;