const e=require("./errors.js"),t=require("./watched.js"),n=require("./schemas.js"),r=require("./page.js"),i=require("./words.js"),a=require("./start.js"),o=require("./record.js"),s=require("./conversion.js"),c=require("./experiment-plan.js"),l=require("./html.js"),u=require("./numbers.js"),d=require("./secrets.js"),f=require("./canary.js"),p=require("./canary-now.js"),m=require("./files.js"),h=require("./sources.js"),g=require("./places.js"),_=require("./profile-file.js"),v=require("./key.js"),ee=require("./live.js");let y=require("node:crypto"),b=require("node:path"),te=require("node:timers/promises");function x(e,t,n){let r=e?.verdict.key===t.key?e:void 0,{evidence:i,asOf:a}=t,o=i&&a!==void 0?{evidence:i,asOf:a}:r?.seen,s=i?.since??-1/0,c=(r?.points??[]).filter(({at:e})=>e>=s),l=S(t),u=l!==void 0&&l.at>(c.at(-1)?.at??-1/0);return{verdict:t,lookedAt:n,verdictSince:r?.verdict.verdict===t.verdict?r.verdictSince:n,...o&&{seen:o},points:u?ne(C(c,l)):c}}function S({asOf:e,evidence:t}){let n=t?.conversion;if(!n||e===void 0)return;let{challenger:r,champion:i,difference:a,low:o,high:s}=n,c=({events:e,units:t})=>e/t;return{at:e,challenger:c(r),champion:c(i),difference:a,low:o,high:s}}function C(e,t){let[n,r]=e.toReversed();return[...n!==void 0&&r!==void 0&&n.at-r.at<w?e.slice(0,-1):e,t]}const w=5e4;function ne(e){return e.length<=500?e:e.filter((t,n)=>(e.length-1-n)%2==0)}function re(e,{champion:t,file:n},r){let{model:i,environment:a}=e,o={model:i,environment:a};if(`failed`in n)return{...o,step:n};if(!t)return{...o,step:{failed:ce}};let c={champion:t,file:n,rules:s.o(t.version,n)},l=r&&!(`failed`in r.step)&&le(r.step)===le(c);return{...o,step:c,...l&&r.course&&{course:r.course}}}function T(e,t,n){let{model:r,environment:i,step:a,course:o}=e,c={...e,course:x(o,t,n)},l=o?.verdict;if(l?.verdict===t.verdict&&l.reason.kind===t.reason.kind)return{watching:c};let{challenger:u,weight:d}=a.file;return{watching:c,change:`${r} in ${i}: ${u.version} at ${d} %: ${t.verdict}: ${s.m(t)}`}}function E({step:e,course:t},n){if(`failed`in e)return D({kind:e.kind??`unread`,why:e.failed});let{key:r}=e.rules;if(!t)return{...D({kind:`not_yet`}),key:r};let{lookedAt:i,verdict:a}=t;if(n-i>18e4)return{...D({kind:`halted`,lookedAt:i}),key:r};let{asOf:o}=a;return o===void 0||n-o<=18e4?a:{...D({kind:`stale`,asOf:o}),key:r,asOf:o}}function ie(e,t){let{evidence:n,asOf:r}=E(e,t);if(n&&r!==void 0&&e.course)return Math.min(e.course.lookedAt,r)+c.r}function ae(e,t,n){if(!e)return D({kind:`none`});let{step:r}=e;return(`failed`in r?void 0:ue(r,t.release)??de(r,t.weight))??E(e,n)}function oe({model:e,environment:t},n,r){let i=n&&!(`failed`in n.step)?n.step:void 0,{reason:a,needs:o,asOf:c,key:l,evidence:u}=r,{course:d}=n??{},f=s.f(r),p=e=>new Date(e).toISOString();return{verdict:r.verdict,reason:s.m(r),kind:a.kind,model:e,environment:t,...i&&fe(i),...l!==void 0&&{key:l},...c!==void 0&&{asOf:p(c)},...d&&{lookedAt:p(d.lookedAt)},...o!==void 0&&{needs:o},...f&&{traffic:f},...u&&{evidence:u}}}function se({release:e,looked:t},n){if(!t)return{unknown:`assay watch has not looked at its answers yet`};let{slow:r,at:i}=t;return n-i>18e4?{unknown:`assay watch looked at its answers last at ${a.z(i)}`}:`unknown`in r?r:{...r,release:e}}const ce=`the record of the release beside it cannot be read`;function D(e){return{verdict:c.a[e.kind],reason:e}}function le({rules:e,file:t}){return`${e.key} ${o.l(t.challenger)}`}function ue({file:e,rules:t},n){let{challenger:r}=e;if(n!==void 0&&n!==r.version&&n!==o.l(r))return{...D({kind:`other_release`,asked:n,challenger:r.version}),key:t.key}}function de({file:e,rules:t},n){if(n!==void 0&&n!==String(e.weight))return{...D({kind:`other_weight`,asked:n,weight:e.weight}),key:t.key}}function fe({champion:e,file:t}){let{challenger:n,weight:r,unit:i}=t;return{champion:e.version,challenger:n.version,release:o.l(n),weight:r,unit:i}}const pe=`${r.l}:root{--link:#0759b8}
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
`;function me({title:e,viewer:t,version:n,live:i},a){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${r.c(e)}</title>
<style>${pe}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${i?he:``}
${t?_e(t):``}
</header>
<main id="main"${i?ge(i):``}>
${a}
</main>
<footer>Assay ${r.s(n)}. This page changes nothing: commands are comments in pull requests.</footer>
${i?`<script>${i.script}<\/script>`:``}
</body>
</html>
`}const he=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function ge(e){if(`row`in e){let t=e.good===void 0?``:` data-good="${e.good}"`,n=e.every===void 0?``:` data-every="${e.every}"`;return` data-row="${r.c(e.row)}"${t}${n}`}return` data-at="${e.at}"${e.isPart?` data-part`:``}`}function _e({login:e,maySignOut:t}){let n=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${r.s(e)}${n}</div>`}function O(e,t){let n=r.c(t);return e!==void 0&&/^https?:\/\//.test(e)?`<a href="${r.c(e)}">${n}</a>`:`<strong>${n}</strong>`}function k(e,t){return`<a href="${r.c(e)}">${r.c(t)}</a>`}function ve({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function ye({model:e,environment:t}){return`/canary/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function be(e,t){let n=`failed`in e.step?``:` at ${e.step.file.weight} %`;return`${`failed`in e.step||e.step.file.decide===void 0?`canary`:`experiment`}${n}: ${i.i[E(e,t).verdict]}`}const xe={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};n.f({models:n.a(n.f({model:n.g(),environment:n.g(),release:n.g().optional(),state:n.r(l.l),kind:n.g().max(40).optional(),words:n.g(),canary:n.g().max(100).optional()}))}),n.f({report:n.g()});function Se({caption:e,columns:t,width:n,rows:i}){if(i.length===0)return``;let a=r.c(e),o=t.map(e=>`<th scope="col">${r.s(e)}</th>`).join(``);return`<div class="scroll" tabindex="0" role="region" aria-label="${a}"><table class="stack${n===void 0?``:` ${n}`}">
<caption>${a}</caption>
<thead><tr>${o}</tr></thead>
<tbody>
${i.join(`
`)}
</tbody>
</table></div>`}function Ce(e){return`<td data-of="${r.s(e)}">`}function A(e,t,n){return Se({caption:e,columns:t,width:`rows`,rows:n.map(([e=``,...n])=>`<tr><th scope="row">${e}</th>${n.map((e,n)=>`${Ce(t[n+1])}<div>${e}</div>`).join(``)}</tr>`)})}function we(e,t){let n=Te.flatMap(([n,r])=>{let[i,a]=[r(e),r(t)];return i===a?[]:[[n,a||`–`,i||`–`]]}),r=De(e,t);return`${A(`What the two releases are`,[`what`,`challenger`,`champion`],[...n,...Ee(e,t)])}${r}`}const Te=[[`release`,({version:e})=>r.s(e)],[`commit`,({commit:e,repository:t})=>O(`${t}/commit/${e}`,e.slice(0,7))],[`change`,({subject:e=``})=>r.s(d.d(e,120))],[`released`,({created:e,by:t})=>`${a.z(Date.parse(e))} by ${r.s(t)}`],[`verdict in the pull request`,({verdict:e})=>i.i[e]],[`data`,({data:e=[]})=>e.slice(0,5).map(e=>r.s(d.d(e,120))).join(`<br>`)],[`test set`,({test_set:e})=>e?`${r.s(e.hash.slice(0,12))}, ${u.n(e.rows,`row`)}`:``],[`image`,({image:e})=>e?r.s(e.tag??e.digest.slice(0,19)):``],[`model`,({uri:e=``})=>r.s(d.d(e,120))],[`run`,({run:e})=>e===void 0?``:O(e,`the run that made it`)]];function Ee(e,t){let[n,i]=[e.parameters??{},t.parameters??{}],a=(e,t)=>Object.hasOwn(e,t)?String(e[t]):void 0,o=[.../* @__PURE__ */ new Set([...Object.keys(i),...Object.keys(n)])].filter(e=>a(i,e)!==a(n,e)),s=e=>e===void 0?`–`:r.s(d.d(e,80)),c=o.slice(0,20).map(e=>[r.s(d.d(e,60)),s(a(i,e)),s(a(n,e))]),l=o.length-c.length;return l>0?[...c,[`${u.i(l)} more parameters`,``,``]]:c}function De(e,t){let{repository:n,commit:i}=t;return e.repository!==n||e.commit===i?``:`<p>${O(`${n}/compare/${e.commit}...${i}`,`All commits between the two`)} <small>${r.c(n.replace(/^https?:\/\//,``))}</small></p>`}function Oe(e,{since:t,horizon:n,margin:r}){let i=e.at(-1);if(!i)return;let o=`${Le(i)}, the margin is −${r}`;return{title:`Conversion of both releases, and the difference`,description:`${u.n(e.length,`look`)} since ${a.z(e[0].at)}. Now the difference is ${o}. The shaded interval holds at every look, at 95 %, and is promised until ${a.z(n)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,svg:je(e,{since:t,horizon:n,margin:r,last:i}),table:{head:[`time (UTC)`,`challenger`,`champion`,`difference (interval)`],rows:Re(e,Ae).map(e=>[a.R(e.at),F(e.challenger),F(e.champion),Le(e)])}}}const ke={top:30,bottom:118},j={top:154,bottom:296},Ae=12;function je(e,{since:t,horizon:n,margin:r,last:i}){let o=Math.min(Math.max(n,i.at),Math.max(i.at+(i.at-t),t+Me)),s=N([t,o],[58,412]),c=Fe(1.5*Math.max(i.challenger,i.champion,.001),1),l=N([0,c],[ke.bottom,ke.top]),u=Fe(Math.max(2*r,1.2*Math.max(-i.low,i.high)),1),d=N([-u,u],[j.bottom,j.top]),f=(t,n)=>e.map(e=>`${P(s(e.at))} ${P(n(t(e)))}`),p=f(({high:e})=>e,d),m=f(({low:e})=>e,d).toReversed();return`<svg viewBox="0 0 420 326" aria-hidden="true">
${Ne()}
${[0,c/2,c].map(e=>Pe(l(e),F(e))).join(``)}
<path class="other" d="M${f(({champion:e})=>e,l).join(`L`)}"/>
<path class="own" d="M${f(({challenger:e})=>e,l).join(`L`)}"/>
${M(s(i.at),l(i.champion),`other`)}${M(s(i.at),l(i.challenger),`own`)}
<text x="58" y="${j.top-10}">challenger less champion</text>
${[-u,u].map(e=>Pe(d(e),Ie(e))).join(``)}
<path class="band" d="M${[...p,...m].join(`L`)}Z"/>
<path class="zero" d="M58 ${d(0)}H412"/><text class="end" x="52" y="${d(0)+4}">0</text>
<path class="margin" d="M58 ${P(d(-r))}H412"/><text class="end" x="412" y="${P(d(-r)+14)}">margin −${r}</text>
<path class="own" d="M${f(({difference:e})=>e,d).join(`L`)}"/>
${M(s(i.at),d(i.difference),`own`)}
<text x="58" y="316">${a.R(t)}</text><text class="end" x="412" y="316">${o===n?`horizon `:``}${a.R(o)}</text>
</svg>`}const Me=6e4;function Ne(){return`<path class="own" d="M58 12h26"/><text x="90" y="16">challenger</text><path class="other" d="M180 12h26"/><text x="212" y="16">champion</text>`}function Pe(e,t){return`<path class="grid" d="M58 ${P(e)}H412"/><text class="end" x="52" y="${P(e+4)}">${t}</text>`}function M(e,t,n){return`<circle class="${n}" cx="${P(e)}" cy="${P(t)}" r="3.5"/>`}function N([e,t],[n,r]){return i=>n+Math.min(1,Math.max(0,(i-e)/(t-e)))*(r-n)}function Fe(e,t){let n=10**Math.floor(Math.log10(e)),r=[1,1.5,2,3,4,6,8,10].find(t=>t*n>=e*(1-1e-9));return Math.min(t,Number((r*n).toPrecision(3)))}function P(e){return Number(e.toFixed(1))}function Ie(e){return`${e<0?`−`:`+`}${Math.abs(e)}`}function F(e){return`${Number((100*e).toPrecision(3))} %`}function Le({difference:e,low:t,high:n}){return u.t({value:e,interval:{low:t,high:n}})}function Re(e,t){if(e.length<=t)return[...e];let n=(e.length-1)/(t-1);return Array.from({length:t},(t,r)=>e[Math.round(r*n)])}function ze(e,t){return E(e,t).evidence!==void 0}function Be({step:{file:e},course:t}){let n=t?.seen?.evidence,{split:r}=n??{};if(!n||!r)return`<p>Nothing has come yet.</p>`;let{declared:i,seen:a,low:o,high:c,units:l,e:d}=r,f=Math.round(a*l),p=d>=s.h;return Je(`Units of each release`,[[`Declared`,`${s.p(i)} of the ${e.unit}s to the challenger`],[`Seen`,`<b class="${p?`bad`:`good`}">${s.p(a)}</b> (${s.p(o)} to ${s.p(c)} at 95 %, at every look): ${p?`not what was declared`:`as declared, as far as it can be told`} <small>e ${Ze(d)}; from ${u.i(s.h)} on it is not</small>`],[`n`,`${u.n(l,e.unit)}: ${u.i(f)} met the challenger, ${u.i(l-f)} the champion`],[`Met both`,`${u.n(n.metBoth,e.unit)}, counted in neither`],[`Not attributed`,`${u.n(n.unattributed,`event`)} without a ${e.unit} or of another release`]])}function Ve({step:{file:e,rules:t},course:n}){let{outcome:i,within:a,margin:o}=e.conversion,s=`<p>Of the ${e.unit}s that came, the share with <strong>${r.s(i)}</strong> within ${r.s(a)} of their first contact; each is counted once that time is over.</p>`,c=n?.seen,l=c?.evidence.conversion,{outcomes:d}=c?.evidence??{},f=d===void 0?``:`<p class="note">${u.n(d,`outcome`)} so far, with those of ${e.unit}s whose time is not over.</p>`;if(!c||!l)return`${s}\n<p>None has had its ${r.s(a)} yet in both releases.</p>\n${f}`;let{since:p}=c.evidence,m=Oe(n.points,{since:p,horizon:p+t.horizon,margin:o}),h=m?`<figure>
<div class="plot" role="img" aria-label="${r.c(`${m.title}. ${m.description}`)}">${m.svg}</div>
<figcaption class="note">${r.c(m.description)}</figcaption>
<details><summary>Numbers over time</summary>
${A(m.title,m.table.head,m.table.rows.map(e=>e.map(r.c)))}
</details>
</figure>`:``;return[s,Ye(l),f,h].filter(Boolean).join(`
`)}function He({step:{file:e},course:t}){if(e.slices===void 0)return``;let n=t?.seen?.evidence.slices,i=`<strong>${r.s(e.slices)}</strong>`;return n?`<p>By ${i} at the first contact. Nothing is decided by it. The intervals hold at every look, all of them together.</p>
${A(`Conversion in each slice`,[`slice`,`challenger`,`champion`,`difference`],n.map(({name:e,challenger:t,champion:n,change:i})=>[e===`__others__`?`all others`:r.s(e),t.units>0?I(t):`–`,n.units>0?I(n):`–`,i?r.c(u.t({value:i.difference,interval:{low:i.low,high:i.high}})):`<small>too few</small>`]))}`:`<p>Nothing is counted by ${i}: it takes the collector, and a profile of the champion with that feature and its categories.</p>`}function Ue({step:{file:e},course:t}){let n=t?.seen?.evidence.harm??[],i=new Set(n.map(({metric:e})=>e)),a=e.guardrails.filter(e=>!i.has(e)).map(qe),o=a.length>0?`<p class="note">Without ${e.unit}s yet: ${a.join(`, `)}.</p>`:``;return`${A(`Evidence of harm: it is shown where e reaches the limit, however often it is looked at`,[`what`,`challenger`,`champion`,`evidence`,`limit`],n.map(e=>[r.c(qe(e.metric)),I(e.challenger),I(e.champion),Xe(e),u.i(e.limit)]))}${o}`}function We(e,t){let{course:n,step:r}=e;if(!n)return`<p>Nothing has been looked at yet.</p>`;let i=`looked at ${a.z(n.lookedAt)}`;if(!n.seen)return`<p>No counts of this step have been seen; ${i}.</p>`;let{asOf:o,evidence:s}=n.seen,l=ze(e,t)?``:` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`;return`<p>The newest counts are ${Ke(o,t)}, of ${a.z(o)}; ${i}. After ${u.a(c.r/1e3)} they say nothing of now.${l}</p>
<p class="note">Counted since ${a.z(s.since)}; ${Ge(r,s.since)}.</p>`}function Ge({file:e,rules:t},n){return e.decide===void 0?`the horizon of ${r.s(e.horizon)} ends at ${a.z(n+t.horizon)}`:`the experiment ends at ${a.z(n+f.a(e.for)*1e3)}`}function Ke(e,t){return`${u.a(Math.max(0,Math.round((t-e)/1e3)))} old`}function qe(e){return e===`conversion`?`conversion`:f.l[e].label}function Je(e,t){return`<table class="facts">
<caption>${e}</caption>
<tbody>
${t.map(([e,t])=>`<tr><th scope="row">${e}</th><td>${t}</td></tr>`).join(`
`)}
</tbody>
</table>`}function Ye({challenger:e,champion:t,difference:n,low:i,high:a,margin:o}){let s=u.t({value:n,interval:{low:i,high:a}});return Je(`Shares that convert`,[[`Challenger`,I(e)],[`Champion`,I(t)],[`Difference`,`<b>${r.c(s)}</b>, where −${o} is acceptable still`]])}function I({events:e,units:t}){return`${s.p(e/t)} <small>${u.i(e)} of ${u.i(t)}</small>`}function Xe({e,limit:t}){let n=e>=t,r=Math.min(1,Math.max(0,Math.log(e)/Math.log(t))),i=`<svg class="bar${n?` over`:``}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100*r).toFixed(1))}%" height="8"/></svg>`;return`<b class="${n?`bad`:``}">${n?`harm`:`none shown`}</b> <small>e ${Ze(e)}</small>${i}`}function Ze(e){return e>=1e6?`over 1,000,000`:e<.01?`below 0.01`:e>=10?u.i(e):String(Number(e.toPrecision(2)))}function Qe({step:{file:e,champion:t,rules:n},course:r},i,a){let l=r?.seen?.evidence.since;if(l===void 0)return;let{verdict:u,key:d,asOf:f}=i,p=c.o[i.reason.kind],m={verdict:u,reason:s.m(i),release:o.l(e.challenger)},h=f===void 0||d===void 0?{}:{fact:{...m,key:d,asOf:f,...p&&{winner:p}}};return c.n({file:e,since:l,...h},{champion:t,key:n.key,now:a,oldest:c.r})}function $e(e,t,n){if(!e||`failed`in e.step||t.asOf===void 0)return`hold`;let{step:r}=e,i=Qe({...e,step:r},t,n);switch(i?.step){case`advance`:case`promote`:return`advance`;case`take_back`:return i.because===`harm`&&r.file.on_harm===`propose`?`hold`:`take_back`;case`stay`:case void 0:return`hold`}}function et(e,t){let n=E(e,t),{step:r,course:i}=e,o=i&&n===i.verdict?` since ${a.z(i.verdictSince)}`:``,c=`failed`in r?``:` Next: ${tt({...e,step:r},n,t)}.`;return`${o}: ${s.m(n)}.${c}`}function tt(e,t,n){let{file:r}=e.step,i=Qe(e,t,n);return i?nt(i,r):`it stays at ${r.weight} % until its traffic is known`}function nt(e,t){let n=`it stays at ${t.weight} %`;switch(e.step){case`advance`:return`${rt(t)} gives it ${e.weight} %${ot(e)}`;case`promote`:return`${rt(t)} gives it all traffic${ot(e)}`;case`take_back`:return`a pull request takes it back${e.because===`harm`?it[t.on_harm]:``}`;case`stay`:switch(e.why.kind){case`step`:return`${n} until ${a.B(e.why.until)}, when the step may end`;case`evidence`:return`${n} until that can be told, at the longest until ${a.B(e.why.until)}; then ${at[t.on_inconclusive]}`;case`over`:return`${n} until somebody decides, the horizon is over since ${a.B(e.why.since)}`;case`experiment`:return`${n} until ${a.B(e.why.until)}, when a pull request has the decision`;case`unknown`:return`${n} until its traffic is known`;case`controller`:return`its controller takes the next step`;case`not_comparable`:return`${n} and somebody looks at it; else it is taken back at ${a.B(e.why.until)}`}}}function rt({moved_by:e}){return e===void 0?`a pull request`:`its controller`}const it={merge:` and is merged by policy`,propose:`, which somebody merges`},at={hold:`somebody decides`,promote:`it takes the next step without a verdict`,rollback:`it is taken back`};function ot({withoutVerdict:e}){return e?`, without a verdict`:``}function st(e,{now:t,version:n,script:o,viewer:s}){let{model:c,environment:l,step:u}=e,{verdict:d}=E(e,t),f=`failed`in u||u.file.decide===void 0?`Canary`:`Experiment`,p=`<nav aria-label="Back"><p>${s?dt(e):ut(e)}</p></nav>
<h1>${f} of ${r.s(c)} in ${r.s(l)}</h1>
<p class="lead">${`failed`in u?``:mt(e,u,t)}It is ${a.z(t)}.</p>
<div class="card ${ft[d]}"><p><span aria-hidden="true">${i.r[d]}</span> <strong>${i.i[d]}</strong>${r.c(et(e,t))}</p></div>
${`failed`in u?``:ht({...e,step:u},t)}`,m=ie(e,t),h={script:o,row:ct(e),...m!==void 0&&{good:Math.ceil((m-t)/1e3)},...s&&{every:lt}};return me({title:`${i.i[d]}: ${f.toLowerCase()} of ${c}`,version:n,live:h,...s&&{viewer:s}},p)}function ct({model:e,environment:t}){return`${e}/${t}`}const lt=2;function ut(e){return`${k(`/`,`All live traffic`)} · ${k(ve(e),`Features of the champion`)}`}function dt({model:e}){return`${k(`/`,`All models`)} · ${k(`/models/${encodeURIComponent(e)}`,e)}`}const ft={pass:`good`,fail:`bad`,inconclusive:`open`,not_comparable:`open`},pt={winner:`the one that is shown to convert better gets all of the traffic`,none:`the result is told and nobody is promoted`};function mt({course:e},{file:t,champion:n},i){let{weight:a,unit:o,steps:s,challenger:c,decide:l}=t,u=l===void 0?`steps of ${s.join(`, `)} and 100 %`:`until ${r.s(t.for)} are over, when ${pt[l]}`,d=e?.seen?`The newest counts are ${Ke(e.seen.asOf,i)}. `:``;return`${r.s(c.version)} gets ${a} % of the ${o}s, ${r.s(n.version)} the rest; ${u}. ${d}`}function ht(e,t){let{champion:n,file:i}=e.step;return`<div class="measured${ze(e,t)?``:` stale`}">
${r.i(`The split`,Be(e))}
${r.i(`Conversion`,Ve(e))}
${r.i(`Slices`,He(e))}
${r.i(`Guardrails`,Ue(e))}
</div>
${r.i(`What changed`,we(n,i.challenger))}
${r.i(`Age of the data`,We(e,t))}`}function gt(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return!0}return t?.admit(_t(e.header(`authorization`)))===!0}function _t(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function L(t){return new e.t({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function vt(e,t){let n={...l.s(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function yt(e,{verdict:t,asOf:n,breakage:r,minutes:i,now:a}){let o=t.release??e.release,s=e.release!==o,c=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??a,u=xt(t,c,a,i.quiet),d={...i,silence:i.quiet},f=l.i(e.alarms,u,a,d),{model:p,environment:m}=e;return{change:f,watching:{model:p,environment:m,...o!==void 0&&{release:o},verdict:u,alarms:f.alarms,lookedAt:a,...n!==void 0&&{asOf:n},...c!==void 0&&{unseenSince:c},breakage:r}}}function R({model:e,release:t,environment:n,verdict:r,lookedAt:i},o){if(i===void 0||o-i<=bt)return r;let s=`it was last looked at at ${a.z(i)}: what looks has come to a halt`;return{...l.s(e,s,r.budget),environment:n,...t!==void 0&&{release:t}}}const bt=6e5;function xt(e,t,n,r){return t===void 0||n-t<r*6e4?e:l.o(e,`nothing has been seen since ${a.z(t)}: ${e.unseen}`)}function St(e,{startedAt:t,now:n,version:i,script:o,notes:s,canaries:c}){let f=new Map(c.map(e=>[wt(e),e])),p=e.map(e=>({one:e,verdict:R(e,n),canary:Tt(f.get(wt(e)),n)})).toSorted((e,t)=>Et(e)-Et(t)),m=Ct.map(e=>{let t=p.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),h=p.filter(({canary:e})=>e?.isWrong).length,g=[m.length>0?m.join(`, `):`Nothing serves`,...h>0?[`${h} ${h===1?`canary`:`canaries`} wrong`]:[]].join(`; `),_=p.map(({one:e,verdict:t,canary:r})=>Dt(e,t.state,l.x(t),r?.html??``,n)),v=`<h1>Live traffic</h1>
<p class="lead">${r.c(g)}. It is ${a.z(n)}.</p>
${s.map(e=>`<p class="note">${r.c(d.d(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${u.n(e.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${_.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${a.z(t)}; of alarms before that nothing is known here.</p>`;return me({title:`Assay: ${g}`,version:i,live:{script:o,at:n,isPart:!1}},v)}const Ct=[`critical`,`unknown`,`warn`,`steady`];function wt({model:e,environment:t}){return`${e} ${t}`}function Tt(e,t){if(!e)return;let{verdict:n}=E(e,t),r=n===`fail`||n===`not_comparable`,i=k(ye(e),be(e,t));return{isWrong:r,html:`<small${r?` class="bad"`:``}>${i}</small>`}}function Et({verdict:e,canary:t}){return t?.isWrong?0:Ct.indexOf(e.state)}function Dt(e,t,n,i,o){let{model:s,environment:c,release:u,alarms:f,asOf:p}=e,m=f.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${a.z(n)}`),h=p===void 0?`–`:`${Math.max(0,Math.round((o-p)/6e4))} min ago`;return`<tr id="${r.c(`${s}/${c}`)}"><th scope="row"><a href="${r.c(ve(e))}">${r.s(s)}</a><small>${r.s(c)}</small>${i}</th><td class="${xe[t]}"><b>${l.d[t]} ${t}</b><small>${r.c(d.d(n,300))}</small></td><td>${m.length>0?r.c(m.join(`; `)):`–`}</td><td>${h}</td><td>${r.s(u??`–`)}</td></tr>`}function Ot({step:e,course:t}){if(`failed`in e)return e;let{champion:n,file:r}=e;return{champion:n,file:r,...t&&{course:t}}}const z=n.d().refine(a.L),B=n.g().max(1e4),kt=n.r([`challenger`,`champion`]),V=n.f({events:n.d(),units:n.d()}),At=n.f({declared:n.d(),seen:n.d(),low:n.d(),high:n.d(),units:n.d(),e:n.d()}),jt=n.f({metric:n.r([`conversion`,`errors`,`latency`,`missing_outcome`]),challenger:V,champion:V,e:n.d(),limit:n.d()}),H=n.f({challenger:V,champion:V,difference:n.d(),low:n.d(),high:n.d(),margin:n.d(),better:kt.optional()}),Mt={none:{},unread:{why:B},no_step:{why:B},other_weight:{asked:B,weight:n.d()},other_release:{asked:B,challenger:B},not_yet:{},halted:{lookedAt:z},uncounted:{why:B},unreadable:{what:B},other_step:{key:B},stale:{asOf:z},ahead:{asOf:z},settling:{since:z},unit:{unit:n.r([`user`,`request`])},empty:{arms:n.r([`both`,`challenger`,`champion`])},split:{split:At},met_both:{metBoth:n.d(),units:n.d()},harm:{harmed:n.a(jt).max(20)},worse:{conversion:H},not_live:{why:B},before_live:{since:z,live:z},live_unknown:{why:B,events:n.d()},full:{events:n.d()},immature:{within:n.d()},few:{least:n.d(),arm:kt,events:n.d()},undecided:{conversion:H,left:n.d()},not_worse:{conversion:H},no_winner:{conversion:H},challenger_better:{conversion:H},champion_better:{conversion:H}},Nt=n.s(`kind`,Object.entries(Mt).map(([e,t])=>n.f({kind:n.l(e),...t}))),Pt=n.f({since:z,restarted:n.o(),split:At.optional(),harm:n.a(jt).max(20),conversion:H.optional(),metBoth:n.d(),unattributed:n.d(),outcomes:n.d().optional(),slices:n.a(n.f({name:n.g().max(200),challenger:V,champion:V,change:n.f({difference:n.d(),low:n.d(),high:n.d()}).optional()})).max(100).optional()}),Ft=n.f({verdict:n.r([`pass`,`fail`,`inconclusive`,`not_comparable`]),reason:Nt,key:B,asOf:z.optional(),needs:n.d().optional(),evidence:Pt.optional()}).refine(({verdict:e,reason:t})=>c.a[t.kind]===e),It=n.f({at:z,challenger:n.d(),champion:n.d(),difference:n.d(),low:n.d(),high:n.d()}),Lt=n.f({verdict:Ft,lookedAt:z,verdictSince:z,seen:n.f({evidence:Pt,asOf:z}).optional(),points:n.a(It).max(500)});n.f({page:n.v([n.f({failed:B,kind:n.l(`no_step`).optional()}),n.f({champion:o.i,file:g.h,course:Lt.optional()})]).optional()});function Rt(e,t){let n=e.map(e=>({one:e,verdict:E(e,t),of:Bt(e)})),r=(e,t,r)=>[e,t,n.flatMap(t=>r(t).flatMap(([n,r])=>r===void 0?[]:[`${e}${p.s({...t.of,...n})}${r}`]))];return[r(`assay_canary_verdict`,`Which of the verdicts it is: 1.`,({verdict:e})=>zt.map(t=>[{verdict:t},+(e.verdict===t)])),r(`assay_canary_share`,`Share of the units in the challenger, with what holds at every look.`,e=>Vt(e.verdict.evidence?.split,[`declared`,`seen`,`low`,`high`])),r(`assay_canary_split_log_e`,`Evidence against the declared share; from ln(1000) on it is broken.`,e=>[[{},U(e.verdict.evidence?.split?.e)]]),r(`assay_canary_units`,`Units of an arm that a metric is of.`,({verdict:e})=>(e.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.units],[{metric:e,arm:`champion`},n.units]])),r(`assay_canary_events`,`Of these, the ones that converted, or met the event of a guardrail.`,e=>(e.verdict.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.events],[{metric:e,arm:`champion`},n.events]])),r(`assay_canary_log_e`,`Evidence of harm in a metric.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,e:t})=>[{metric:e},U(t)])),r(`assay_canary_log_e_limit`,`From where on it is harm.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,limit:t})=>[{metric:e},U(t)])),r(`assay_canary_difference`,`Conversion, challenger less champion, with what holds at every look.`,e=>Vt(e.verdict.evidence?.conversion,[`difference`,`low`,`high`])),r(`assay_canary_margin`,`How much less is still acceptable.`,({one:e})=>[[{},`failed`in e.step?void 0:e.step.rules.conversion.margin]]),r(`assay_canary_needs_seconds`,`How much longer until it passes, at the traffic that there is.`,e=>[[{},e.verdict.needs]]),r(`assay_canary_age_seconds`,`How old the counts are that it is judged by.`,({one:e})=>[[{},e.course?.seen&&(t-e.course.seen.asOf)/1e3]])]}const zt=[`pass`,`fail`,`inconclusive`,`not_comparable`];function Bt({model:e,environment:t,step:n}){return`failed`in n?{model:e,environment:t}:{model:e,environment:t,release:n.file.challenger.version,canary:n.rules.key}}function Vt(e,t){return t.map(t=>[{bound:t},e?.[t]])}function U(e){return e===void 0?void 0:Math.log(e)}function Ht(e,{canaries:t,startedAt:n,now:r}){let i=e.map(e=>({one:e,verdict:R(e,r),of:Gt(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>Ut.map(n=>`assay_drift_state${p.s({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${p.s({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>W(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...Kt(t,e).map(([e,{rows:t}])=>W(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.filter(({cutOff:e})=>e!==void 0).map(({name:e,psi:t})=>W(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...Kt(t,e).filter(([,{rows:e}])=>e>0).map(([e,{psi:t}])=>W(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[W(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=Wt[e];return[t,n,i.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[W(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[W(`assay_drift_age_seconds`,t,(r-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[W(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],...Rt(t,r),[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${n/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const Ut=[`steady`,`warn`,`unknown`,`critical`],Wt={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function Gt({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function Kt({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function W(e,t,n){return`${e}${p.s(t)}${n}`}const G=`(() => {
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
`,qt=e=>`'sha256-${(0,y.createHash)(`sha256`).update(e).digest(`base64`)}'`,K={"content-security-policy":`default-src 'none'; style-src ${qt(pe)}; script-src ${qt(G)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function Jt(e){let{watcher:t,admit:n,onChange:r,startedAt:i,now:a,ready:o,version:s}=e,c=e=>n(e)?void 0:Yt,u=(e,t,n)=>({name:e,method:`GET`,path:t,refuse:c,answer:n});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:o()?200:503})},u(`metrics`,`/metrics`,()=>({status:200,text:Ht(t.all(),{canaries:t.canaries(),startedAt:i,now:a()}),type:`text/plain; version=0.0.4; charset=utf-8`})),u(`drift`,`/v1/drift`,({query:e})=>{if(!e.has(`model`)&&!e.has(`environment`))return J({models:t.all().map(e=>Qt(e,Y(t,e),a()))});let n=X(t.all(),e.get(`model`),e.get(`environment`));return`status`in n?n:J(Zt(n,Y(t,n),a()))}),u(`canary`,`/v1/canary`,({query:e})=>{let n=X(t.all(),e.get(`model`),e.get(`environment`),`/v1/canary`);if(`status`in n)return n;let r=Y(t,n),i=ae(r,{release:e.get(`release`)??void 0,weight:e.get(`weight`)??void 0},a()),o=t.slow(n),s={...oe(n,r,i),next:$e(r,i,a()),...o&&{slow:se(o,a())}};return!r||!e.has(`course`)?J(s):(t.show(r),J({...s,page:Ot(r)}))}),u(`canary-page`,`/canary/*/*`,({rest:e})=>{let[n=``,r=``]=e.split(`/`).map(p.o),i=Y(t,{model:n,environment:r});return i?(t.show(i),{status:200,text:st(i,{now:a(),version:s,script:G}),type:q,headers:K}):{status:404,text:`no release enters this environment in steps now
`}}),u(`page`,`/`,()=>({status:200,text:St(t.all(),{startedAt:i,now:a(),version:s,script:G,notes:t.notes(),canaries:t.canaries()}),type:q,headers:K})),u(`model`,`/drift/*/*`,({rest:e})=>{let[n=``,r=``]=e.split(`/`).map(p.o),i=X(t.all(),n,r);return`status`in i?i:{status:200,text:l.t(R(i,a())),type:q,headers:Xt}}),u(`events`,`/events`,()=>({status:200,events:{open:r}}))]}const Yt={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},q=`text/html; charset=utf-8`,J=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),Xt={...K,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function Y(e,{model:t,environment:n}){return e.canaries().find(e=>e.model===t&&e.environment===n)}function X(e,t,n,r=`/v1/drift`){let i=e.filter(e=>e.model===t);return(n===null&&i.length===1?i[0]:i.find(e=>e.environment===n))||(t===null||n===null&&i.length>1?{status:400,text:`name both: ${r}?model=churn&environment=production\n`}:{status:404,text:`no release of this model serves in this environment
`})}function Zt(e,t,n){let r=R(e,n);return{...Qt(e,t,n),report:l.u(r),verdict:l.n(r)}}function Qt(e,t,n){let r=R(e,n),i=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:r.state,kind:r.kind,words:l.x(r),lookedAt:i(e.lookedAt),asOf:i(e.asOf),canary:t&&be(t,n),alarms:e.alarms.map(({kind:e,level:t,since:n,features:r})=>({kind:e,level:t,since:i(n),features:r.map(({name:e})=>e)}))}}async function $t({file:t,proxyHeader:n,warn:r}){let i=await en(t,n),a;return{good:()=>i,async reread(){try{i=await en(t,n),a=void 0}catch(t){if(!e.n(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function en(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw L([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await p.n(t);if(`problems`in e)throw L(e.problems);return e}catch(n){throw e.n(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?L(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,b.dirname)(t)}/${(0,b.basename)(t)}`},...n&&{fix:n}}))):n}}}async function tn({sources:t,log:n,signal:r},i,a){try{let e=t(i);return e?await a(e):{failed:`neither a collector nor Prometheus is named`}}catch(t){if(r?.throwIfAborted(),e.n(t))return{failed:t.problems.map(({what:e})=>e).join(`; `)};let{name:a=typeof t}=t;return n.warn(`a fault of Assay at the canary of ${i.model} in ${i.environment} (${a})`),{failed:`a fault of Assay (${a})`}}}function nn({sources:e,now:t,log:n,signal:r}){let i=/* @__PURE__ */ new Map,a=(i,{rules:a})=>{let{model:o,environment:s}=i;return tn({sources:e,log:n,signal:r},i,e=>e.canary({model:o,environment:s,key:a.key},a.guardrails,t(),ee.t(i.live)))};async function o(e){let{step:r}=e.watching;if(`failed`in r)return!1;let i=await a(e.of,r);if(e.watching.step!==r)return!1;let o=t(),{watching:s,change:l}=T({...e.watching,step:r},c.i(i,r.rules,o,e.of.live),o),u=`failed`in i?i.failed:JSON.stringify({...v.n(i),asOf:0}),d=u!==e.told;return Object.assign(e,{watching:s,told:u}),l!==void 0&&n.info(l),d}return{all:()=>[...i.values()].map(({watching:e})=>e),async keep(e){let t=await Promise.all(e.map(async e=>({of:e,file:await p.t(e)})));i=new Map(t.flatMap(({of:e,file:t})=>{if(!t)return[];let{champion:n}=e,r=i.get(Z(e)),a={of:e,watching:re(e,{champion:n,file:t},r?.watching)};return[[Z(e),r?Object.assign(r,a):a]]}))},async look(e){let t=i.get(Z(e));t&&await o(t)},show(e){let n=i.get(Z(e));n&&(n.shownAt=t())},async glance(){let e=t(),n=({watching:e})=>e.course?.lookedAt??0,r=[...i.values()].filter(({shownAt:t=-1/0})=>e-t<=rn).sort((e,t)=>n(e)-n(t)).slice(0,an).map(async e=>await o(e)?[e.of]:[]);return(await Promise.all(r)).flat()}}}const rn=15e4,an=8;function Z({model:e,environment:t}){return`${e} ${t}`}function on({now:e,...t}){let n=/* @__PURE__ */ new Map;return{keep(e){n=new Map(e.flatMap(e=>{let{release:t,takesSlow:r}=e;if(!r||t===void 0)return[];let i=n.get(Q(e));return[[Q(e),i?.release===t?i:{release:t}]]}))},async look(r){let i=n.get(Q(r));if(!i)return;let{release:a}=i,{model:o,environment:s}=r,c=await tn(t,r,t=>t.slow({model:o,environment:s,release:a},e())),l=`failed`in c?{unknown:c.failed}:c;n.get(Q(r))===i&&n.set(Q(r),{release:a,looked:{slow:l,at:e()}})},of:e=>n.get(Q(e))}}function Q({model:e,environment:t}){return`${e} ${t}`}function sn({readWatched:t,sources:n,now:r,log:i,signal:o}){let s=[],c,u,d=/* @__PURE__ */ new Map,f=nn({sources:n,now:r,log:i,signal:o}),p=on({sources:n,now:r,log:i,signal:o});async function m(){if(c!==void 0&&r()-c<cn&&!s.some(dn)&&u===void 0)return;try{s=await t(),c=r(),u=void 0}catch(t){if(c===void 0||!e.n(t))throw t;let n=t.problems.map(({what:e})=>e).join(`; `),r=`The deploy repository cannot be read: what serves is as it was at ${a.z(c)}. ${n}`;u===void 0&&i.warn(r),u=r}let n=s.map(e=>{let t=fn(e);return[t,d.get(t)??vt(e,l.r(e.drift??a.A.parse({})).budget)]});d=new Map(n),p.keep(s)}async function g(e){let t=l.r(e.drift??a.A.parse({})),n=r(),o={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:s,asOf:c,breakage:u=un}=await _(e,o,t,n),{watching:f,change:p}=yt(d.get(fn(e)),{verdict:{...s,...o},breakage:u,minutes:t.minutes,now:n,...c!==void 0&&{asOf:c}});d.set(fn(e),f),mn(i,f,p)}async function _(t,r,{minutes:a,budget:s,volume:c},u){let{profile:d}=t,f=e=>({verdict:l.s(t.model,e,s)});if(`failed`in d)return f(d.failed);try{let e=n(t);if(!e)return f("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:i}=t,o=await h.t(e,{of:r,profile:d,minutes:a,requests:i,volume:c,now:u}),p=l.a({profile:d,...o,settings:{budget:s},now:u}),{seen:m}=o;if(`failed`in m)return{verdict:p};let{asOf:g,windows:_}=m;return{verdict:p,...g!==void 0&&{asOf:g},..._.breakage&&{breakage:pn(d,_.breakage)}}}catch(n){if(o?.throwIfAborted(),e.n(n))return f(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return i.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),f(`a fault of Assay (${r})`)}}return{all:()=>[...d.values()],canaries:f.all,show:f.show,glance:f.glance,slow:p.of,notes:()=>u===void 0?[]:[u],async look(){await m(),await f.keep(s);let e=[...s];await Promise.all(Array.from({length:ln},async()=>{for(let t=e.shift();t;t=e.shift())await g(t),await f.look(t),await p.look(t)}))}}}const cn=3e5,ln=8,un=/* @__PURE__ */ new Map;function dn({live:e}){return e!==void 0&&`not`in e}function fn({model:e,environment:t}){return`${e} ${t}`}function pn(e,t){let n=_.y(e),{features:r}=l.c(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=_.E(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:_.A(i,t).psi}]]}))}function mn(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function hn(e,n){let{folder:r,now:i,log:a,signal:o,version:s}=e,{host:c,port:l,"proxy-header":u}=n,d=i(),f={collector:n.collector,prometheus:n.prometheus},m=/* @__PURE__ */ new Map,g=/* @__PURE__ */ new Map,_=!1,v=sn({async readWatched(){let r=_?n:{...n,model:void 0},i=await t.t(e,r,g,!0);return _||yn(i,n),_=!0,i.filter(e=>$(e,n))},sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),i=m.get(r)??h.n(e,{job:f,file:{collector:t,prometheus:n}});return i&&m.set(r,i),i},now:i,log:a,signal:o}),ee=n.tokens===void 0?void 0:(0,b.resolve)(r,n.tokens),{tokens:y}=await t.n({tokens:$t({file:ee,proxyHeader:u,warn:a.warn}),first:v.look()}),x=/* @__PURE__ */ new Set,S=e=>{for(let t of x)t(e)},C=!0,w=await p.a({routes:Jt({watcher:v,admit:e=>gt(e,{tokens:y.good(),proxyHeader:u?.toLowerCase()}),onChange(e){return x.add(e),()=>x.delete(e)},startedAt:d,now:i,ready:()=>C,version:s}),host:c,port:l,onFault:(e,t)=>a.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw xn(e,c,l)});a.info(`listens on ${c}:${w.port}, releases it looks at: ${v.all().length}; alarms of before are not known`);let ne=async()=>{await y.reread(),await v.look()},re=async(e,t)=>{for(;!o.aborted&&(await(0,te.setTimeout)(e,void 0,{signal:o}).catch(()=>{}),!o.aborted);)await t().catch(e=>o.aborted||a.warn(`as before: ${bn(e)}`))};await Promise.all([re(gn,async()=>{await ne().finally(()=>S(`*`))}),re(_n,async()=>{let e=await v.glance();e.length>0&&S(e.map(ct).join(` `))})]),C=!1,w.drain(),await w.close(vn);let T=v.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...T.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:T}}}const gn=6e4,_n=2e3,vn=5e3;function $(e,{model:t,environment:n}){return(t===void 0||e.model===t)&&(n===void 0||e.environment===n)}function yn(e,t){let{model:n,environment:r}=t;if(e.length===0||e.some(e=>$(e,t)))return;let i=(e,t)=>[...new Set(t.map(t=>t[e]))],a=e.filter(e=>$(e,{model:n,environment:void 0}));throw a.length===0?m.B(n,i(`model`,e)):m.z(r,i(`environment`,a))}function bn(t){return e.n(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function xn(e,t,n){let{code:r=`no reason`}=e;return L([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=hn;