const e=require("./errors.js"),t=require("./watched.js"),n=require("./schemas.js"),r=require("./tokens.js"),i=require("./files.js"),a=require("./sources.js"),o=require("./page.js"),s=require("./words.js"),c=require("./start.js"),l=require("./record.js"),u=require("./rules2.js"),d=require("./judge.js"),f=require("./html.js"),p=require("./numbers.js"),m=require("./secrets.js"),h=require("./canary-plan.js"),g=require("./profile-file.js");let _=require("node:crypto"),v=require("node:path"),ee=require("node:timers/promises");function te(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return!0}return t?.admit(y(e.header(`authorization`)))===!0}function y(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function b(t){return new e.t({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function x(e,t,n){let r=e?.verdict.key===t.key?e:void 0,{evidence:i,asOf:a}=t,o=i&&a!==void 0?{evidence:i,asOf:a}:r?.seen,s=i?.since??-1/0,c=(r?.points??[]).filter(({at:e})=>e>=s),l=S(t),u=l!==void 0&&l.at>(c.at(-1)?.at??-1/0);return{verdict:t,lookedAt:n,verdictSince:r?.verdict.verdict===t.verdict?r.verdictSince:n,...o&&{seen:o},points:u?C([...c,l]):c}}function S({asOf:e,evidence:t}){let n=t?.conversion;if(!n||e===void 0)return;let{challenger:r,champion:i,difference:a,low:o,high:s}=n,c=({events:e,units:t})=>e/t;return{at:e,challenger:c(r),champion:c(i),difference:a,low:o,high:s}}function C(e){return e.length<=500?e:e.filter((t,n)=>(e.length-1-n)%2==0)}function w(e,{champion:t,file:n},r){let{model:i,environment:a}=e,o={model:i,environment:a};if(`failed`in n)return{...o,step:n};if(!t)return{...o,step:{failed:`the record of the release beside it cannot be read`}};let s={champion:t,file:n,rules:u.t(t.version,n)},c=r&&!(`failed`in r.step)&&ie(r.step)===ie(s);return{...o,step:s,...c&&r.course&&{course:r.course}}}function ne(e,t,n){let{model:r,environment:i,step:a,course:o}=e,s={...e,course:x(o,t,n)},c=o?.verdict;if(c?.verdict===t.verdict&&c.reason.kind===t.reason.kind)return{watching:s};let{challenger:l,weight:d}=a.file;return{watching:s,change:`${r} in ${i}: ${l.version} at ${d} %: ${t.verdict}: ${u.s(t)}`}}function T({step:e,course:t},n){if(`failed`in e)return E({kind:`unread`,why:e.failed});let{key:r}=e.rules;if(!t)return{...E({kind:`not_yet`}),key:r};let{lookedAt:i,verdict:a}=t;if(n-i>18e4)return{...E({kind:`halted`,lookedAt:i}),key:r};let{asOf:o}=a;return o===void 0||n-o<=18e4?a:{...E({kind:`stale`,asOf:o}),key:r,asOf:o}}function re({model:e,environment:t},n,r,i){let a=n&&!(`failed`in n.step)?n.step:void 0,o=n?(a&&ae(a,r))??T(n,i):E({kind:`none`}),{reason:s,needs:c,asOf:l,key:d,evidence:f}=o,{course:p}=n??{},m=u.a(o),h=e=>new Date(e).toISOString();return{verdict:o.verdict,reason:u.s(o),kind:s.kind,model:e,environment:t,...a&&oe(a),...d!==void 0&&{key:d},...l!==void 0&&{asOf:h(l)},...p&&{lookedAt:h(p.lookedAt)},...c!==void 0&&{needs:c},...m&&{traffic:m},...f&&{evidence:f}}}function E(e){return{verdict:d.r[e.kind],reason:e}}function ie({rules:e,file:t}){return`${e.key} ${l.l(t.challenger)}`}function ae({file:e,rules:t},n){let{challenger:r}=e;if(n!==void 0&&n!==r.version&&n!==l.l(r))return{...E({kind:`other_release`,asked:n,challenger:r.version}),key:t.key}}function oe({champion:e,file:t}){let{challenger:n,weight:r,unit:i}=t;return{champion:e.version,challenger:n.version,release:l.l(n),weight:r,unit:i}}const se=`${o.l}:root{--link:#0759b8}
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
.stale{--good:var(--soft);--bad:var(--soft);--open:var(--soft);--link:var(--soft);color:var(--soft)}.stale .plot path.other{stroke:var(--soft)}.stale .plot circle.other{fill:var(--soft)}
@media(max-width:560px){
.facts tbody th{min-width:6.5em}
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
`;function D({title:e,viewer:t,version:n,live:r},i){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${o.c(e)}</title>
<style>${se}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${r?ce:``}
${t?ue(t):``}
</header>
<main id="main"${r?le(r):``}>
${i}
</main>
<footer>Assay ${o.s(n)}. This page changes nothing: commands are comments in pull requests.</footer>
${r?`<script>${r.script}<\/script>`:``}
</body>
</html>
`}const ce=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function le(e){return`row`in e?` data-row="${o.c(e.row)}"`:` data-at="${e.at}"${e.isPart?` data-part`:``}`}function ue({login:e,maySignOut:t}){let n=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${o.s(e)}${n}</div>`}function O(e,t){let n=o.c(t);return e!==void 0&&/^https?:\/\//.test(e)?`<a href="${o.c(e)}">${n}</a>`:`<strong>${n}</strong>`}function k(e,t){return`<a href="${o.c(e)}">${o.c(t)}</a>`}function de({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}function fe({model:e,environment:t}){return`/canary/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}const pe={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};n.d({models:n.a(n.d({model:n.h(),environment:n.h(),release:n.h().optional(),state:n.r(f.l),kind:n.h().max(40).optional(),words:n.h()}))}),n.d({report:n.h()});function me({caption:e,columns:t,width:n,rows:r}){if(r.length===0)return``;let i=o.c(e),a=t.map(e=>`<th scope="col">${o.s(e)}</th>`).join(``);return`<div class="scroll" tabindex="0" role="region" aria-label="${i}"><table class="stack${n===void 0?``:` ${n}`}">
<caption>${i}</caption>
<thead><tr>${a}</tr></thead>
<tbody>
${r.join(`
`)}
</tbody>
</table></div>`}function he(e){return`<td data-of="${o.s(e)}">`}function A(e,t,n){return me({caption:e,columns:t,width:`rows`,rows:n.map(([e=``,...n])=>`<tr><th scope="row">${e}</th>${n.map((e,n)=>`${he(t[n+1])}<div>${e}</div>`).join(``)}</tr>`)})}function ge(e,t){let n=_e.flatMap(([n,r])=>{let[i,a]=[r(e),r(t)];return i===a?[]:[[n,a||`–`,i||`–`]]}),r=ye(e,t);return`${A(`What the two releases are`,[`what`,`challenger`,`champion`],[...n,...ve(e,t)])}${r}`}const _e=[[`release`,({version:e})=>o.s(e)],[`commit`,({commit:e,repository:t})=>O(`${t}/commit/${e}`,e.slice(0,7))],[`change`,({subject:e=``})=>o.s(m.d(e,120))],[`released`,({created:e,by:t})=>`${c.z(Date.parse(e))} by ${o.s(t)}`],[`verdict in the pull request`,({verdict:e})=>s.i[e]],[`data`,({data:e=[]})=>e.slice(0,5).map(e=>o.s(m.d(e,120))).join(`<br>`)],[`test set`,({test_set:e})=>e?`${o.s(e.hash.slice(0,12))}, ${p.n(e.rows,`row`)}`:``],[`image`,({image:e})=>e?o.s(e.tag??e.digest.slice(0,19)):``],[`model`,({uri:e=``})=>o.s(m.d(e,120))],[`run`,({run:e})=>e===void 0?``:O(e,`the run that made it`)]];function ve(e,t){let[n,r]=[e.parameters??{},t.parameters??{}],i=(e,t)=>Object.hasOwn(e,t)?String(e[t]):void 0,a=[.../* @__PURE__ */ new Set([...Object.keys(r),...Object.keys(n)])].filter(e=>i(r,e)!==i(n,e)),s=e=>e===void 0?`–`:o.s(m.d(e,80)),c=a.slice(0,20).map(e=>[o.s(m.d(e,60)),s(i(r,e)),s(i(n,e))]),l=a.length-c.length;return l>0?[...c,[`${p.i(l)} more parameters`,``,``]]:c}function ye(e,t){let{repository:n,commit:r}=t;return e.repository!==n||e.commit===r?``:`<p>${O(`${n}/compare/${e.commit}...${r}`,`All commits between the two`)} <small>${o.c(n.replace(/^https?:\/\//,``))}</small></p>`}function be(e,{since:t,horizon:n,margin:r}){let i=e.at(-1);if(!i)return;let a=`${ke(i)}, the margin is −${r}`;return{title:`Conversion of both releases, and the difference`,description:`${p.n(e.length,`look`)} since ${c.z(e[0].at)}. Now the difference is ${a}. The shaded interval holds at every look, at 95 %, and is promised until ${c.z(n)}. A release that is not worse by more than the margin has all of it above the lower dashed line; at 0 there is no difference. Where it reaches the edge it goes further.`,svg:Ce(e,{since:t,horizon:n,margin:r,last:i}),table:{head:[`time (UTC)`,`challenger`,`champion`,`difference (interval)`],rows:Ae(e,Se).map(e=>[c.R(e.at),F(e.challenger),F(e.champion),ke(e)])}}}const xe={top:30,bottom:118},j={top:154,bottom:296},Se=12;function Ce(e,{since:t,horizon:n,margin:r,last:i}){let a=Math.min(Math.max(n,i.at),Math.max(i.at+(i.at-t),t+we)),o=N([t,a],[58,412]),s=De(1.5*Math.max(i.challenger,i.champion,.001),1),l=N([0,s],[xe.bottom,xe.top]),u=De(Math.max(2*r,1.2*Math.max(-i.low,i.high)),1),d=N([-u,u],[j.bottom,j.top]),f=(t,n)=>e.map(e=>`${P(o(e.at))} ${P(n(t(e)))}`),p=f(({high:e})=>e,d),m=f(({low:e})=>e,d).toReversed();return`<svg viewBox="0 0 420 326" aria-hidden="true">
${Te()}
${[0,s/2,s].map(e=>Ee(l(e),F(e))).join(``)}
<path class="other" d="M${f(({champion:e})=>e,l).join(`L`)}"/>
<path class="own" d="M${f(({challenger:e})=>e,l).join(`L`)}"/>
${M(o(i.at),l(i.champion),`other`)}${M(o(i.at),l(i.challenger),`own`)}
<text x="58" y="${j.top-10}">challenger less champion</text>
${[-u,u].map(e=>Ee(d(e),Oe(e))).join(``)}
<path class="band" d="M${[...p,...m].join(`L`)}Z"/>
<path class="zero" d="M58 ${d(0)}H412"/><text class="end" x="52" y="${d(0)+4}">0</text>
<path class="margin" d="M58 ${P(d(-r))}H412"/><text class="end" x="412" y="${P(d(-r)+14)}">margin −${r}</text>
<path class="own" d="M${f(({difference:e})=>e,d).join(`L`)}"/>
${M(o(i.at),d(i.difference),`own`)}
<text x="58" y="316">${c.R(t)}</text><text class="end" x="412" y="316">${a===n?`horizon `:``}${c.R(a)}</text>
</svg>`}const we=6e4;function Te(){return`<path class="own" d="M58 12h26"/><text x="90" y="16">challenger</text><path class="other" d="M180 12h26"/><text x="212" y="16">champion</text>`}function Ee(e,t){return`<path class="grid" d="M58 ${P(e)}H412"/><text class="end" x="52" y="${P(e+4)}">${t}</text>`}function M(e,t,n){return`<circle class="${n}" cx="${P(e)}" cy="${P(t)}" r="3.5"/>`}function N([e,t],[n,r]){return i=>n+Math.min(1,Math.max(0,(i-e)/(t-e)))*(r-n)}function De(e,t){let n=10**Math.floor(Math.log10(e)),r=[1,1.5,2,3,4,6,8,10].find(t=>t*n>=e*(1-1e-9));return Math.min(t,Number((r*n).toPrecision(3)))}function P(e){return Number(e.toFixed(1))}function Oe(e){return`${e<0?`−`:`+`}${Math.abs(e)}`}function F(e){return`${Number((100*e).toPrecision(3))} %`}function ke({difference:e,low:t,high:n}){return p.t({value:e,interval:{low:t,high:n}})}function Ae(e,t){if(e.length<=t)return[...e];let n=(e.length-1)/(t-1);return Array.from({length:t},(t,r)=>e[Math.round(r*n)])}function je(e,t){return T(e,t).evidence!==void 0}function Me({step:{file:e},course:t}){let n=t?.seen?.evidence,{split:r}=n??{};if(!n||!r)return`<p>Nothing has come yet.</p>`;let{declared:i,seen:a,low:o,high:s,units:c,e:l}=r,d=Math.round(a*c),f=l>=u.c;return Re(`Units of each release`,[[`Declared`,`${u.o(i)} of the ${e.unit}s to the challenger`],[`Seen`,`<b class="${f?`bad`:`good`}">${u.o(a)}</b> (${u.o(o)} to ${u.o(s)} at 95 %, at every look): ${f?`not what was declared`:`as declared, as far as it can be told`} <small>e ${L(l)}; from ${p.i(u.c)} on it is not</small>`],[`n`,`${p.n(c,e.unit)}: ${p.i(d)} met the challenger, ${p.i(c-d)} the champion`],[`Met both`,`${p.n(n.metBoth,e.unit)}, counted in neither`],[`Not attributed`,`${p.n(n.unattributed,`event`)} without a ${e.unit} or of another release`]])}function Ne({step:{file:e,rules:t},course:n}){let{outcome:r,within:i,margin:a}=e.conversion,s=`<p>Of the ${e.unit}s that came, the share with <strong>${o.s(r)}</strong> within ${o.s(i)} of their first contact; each is counted once that time is over.</p>`,c=n?.seen,l=c?.evidence.conversion;if(!c||!l)return`${s}\n<p>None has had its ${o.s(i)} yet in both releases.</p>`;let{since:u}=c.evidence,d=be(n.points,{since:u,horizon:u+t.horizon,margin:a}),f=d?`<figure>
<div class="plot" role="img" aria-label="${o.c(`${d.title}. ${d.description}`)}">${d.svg}</div>
<figcaption class="note">${o.c(d.description)}</figcaption>
<details><summary>Numbers over time</summary>
${A(d.title,d.table.head,d.table.rows.map(e=>e.map(o.c)))}
</details>
</figure>`:``;return[s,ze(l),f].filter(Boolean).join(`
`)}function Pe({step:{file:e},course:t}){let n=t?.seen?.evidence.harm??[],r=new Set(n.map(({metric:e})=>e)),i=e.guardrails.filter(e=>!r.has(e)).map(e=>Le[e]),a=i.length>0?`<p class="note">Without ${e.unit}s yet: ${i.join(`, `)}.</p>`:``;return`${A(`Evidence of harm: it is shown where e reaches the limit, however often it is looked at`,[`what`,`challenger`,`champion`,`evidence`,`limit`],n.map(e=>[o.c(Le[e.metric]),I(e.challenger),I(e.champion),Be(e),p.i(e.limit)]))}${a}`}function Fe(e,t){let{course:n,step:r}=e;if(!n)return`<p>Nothing has been looked at yet.</p>`;let i=`looked at ${c.z(n.lookedAt)}`;if(!n.seen)return`<p>No counts of this step have been seen; ${i}.</p>`;let{asOf:a,evidence:s}=n.seen,l=je(e,t)?``:` <strong>Above stands what was true then, in grey: of now nothing is known.</strong>`;return`<p>The newest counts are ${Ie(a,t)}, of ${c.z(a)}; ${i}. After ${p.a(d.t/1e3)} they say nothing of now.${l}</p>
<p class="note">Counted since ${c.z(s.since)}; the horizon of ${o.s(r.file.horizon)} ends at ${c.z(s.since+r.rules.horizon)}.</p>`}function Ie(e,t){return`${p.a(Math.max(0,Math.round((t-e)/1e3)))} old`}const Le={conversion:`conversion`,errors:`errors`,latency:`slow answers`,missing_outcome:`no outcome`};function Re(e,t){return`<table class="facts">
<caption>${e}</caption>
<tbody>
${t.map(([e,t])=>`<tr><th scope="row">${e}</th><td>${t}</td></tr>`).join(`
`)}
</tbody>
</table>`}function ze({challenger:e,champion:t,difference:n,low:r,high:i,margin:a}){let s=p.t({value:n,interval:{low:r,high:i}});return Re(`Shares that convert`,[[`Challenger`,I(e)],[`Champion`,I(t)],[`Difference`,`<b>${o.c(s)}</b>, where −${a} is acceptable still`]])}function I({events:e,units:t}){return`${u.o(e/t)} <small>${p.i(e)} of ${p.i(t)}</small>`}function Be({e,limit:t}){let n=e>=t,r=Math.min(1,Math.max(0,Math.log(e)/Math.log(t))),i=`<svg class="bar${n?` over`:``}" aria-hidden="true"><rect class="whole" width="100%" height="8"/><rect width="${Number((100*r).toFixed(1))}%" height="8"/></svg>`;return`<b class="${n?`bad`:``}">${n?`harm`:`none shown`}</b> <small>e ${L(e)}</small>${i}`}function L(e){return e>=1e6?`over 1,000,000`:e<.01?`below 0.01`:e>=10?p.i(e):String(Number(e.toPrecision(2)))}function Ve(e,t){let n=T(e,t),{step:r,course:i}=e,a=i&&n===i.verdict?` since ${c.z(i.verdictSince)}`:``,o=`failed`in r?``:` Next: ${He({...e,step:r},n,t)}.`;return`${a}: ${u.s(n)}.${o}`}function He({step:{file:e,champion:t,rules:n},course:r},i,a){let o=r?.seen?.evidence.since;if(o===void 0)return`it stays at ${e.weight} % until its traffic is known`;let{verdict:s,key:c,asOf:f}=i,p=f===void 0||c===void 0?{}:{fact:{verdict:s,reason:u.s(i),release:l.l(e.challenger),key:c,asOf:f}};return Ue(h.r({file:e,since:o,...p},{champion:t,key:n.key,now:a,oldest:d.t}),e)}function Ue(e,t){let n=`it stays at ${t.weight} %`;switch(e.step){case`advance`:return`a pull request gives it ${e.weight} %${R(e)}`;case`promote`:return`a pull request gives it all traffic${R(e)}`;case`take_back`:return`a pull request takes it back${e.because===`harm`?We[t.on_harm]:``}`;case`stay`:switch(e.why.kind){case`step`:return`${n} until ${c.B(e.why.until)}, when the step may end`;case`evidence`:return`${n} until that can be told, at the longest until ${c.B(e.why.until)}; then ${Ge[t.on_inconclusive]}`;case`over`:return`${n} until somebody decides, the horizon is over since ${c.B(e.why.since)}`;case`unknown`:return`${n} until its traffic is known`;case`not_comparable`:return`${n} and somebody looks at it; else it is taken back at ${c.B(e.why.until)}`}}}const We={merge:` and is merged by policy`,propose:`, which somebody merges`},Ge={hold:`somebody decides`,promote:`it takes the next step without a verdict`,rollback:`it is taken back`};function R({withoutVerdict:e}){return e?`, without a verdict`:``}function Ke(e,{now:t,version:n,script:r}){let{model:i,environment:a,step:l}=e,{verdict:u}=T(e,t),d=`<nav aria-label="Back"><p>${k(`/`,`All live traffic`)} · ${k(de(e),`Features of the champion`)}</p></nav>
<h1>Canary of ${o.s(i)} in ${o.s(a)}</h1>
<p class="lead">${`failed`in l?``:Je(e,l,t)}It is ${c.z(t)}.</p>
<div class="card ${qe[u]}"><p><span aria-hidden="true">${s.r[u]}</span> <strong>${s.i[u]}</strong>${o.c(Ve(e,t))}</p></div>
${`failed`in l?``:Ye({...e,step:l},t)}`,f={script:r,row:`${i}/${a}`};return D({title:`${s.i[u]}: canary of ${i}`,version:n,live:f},d)}const qe={pass:`good`,fail:`bad`,inconclusive:`open`,not_comparable:`open`};function Je({course:e},{file:t,champion:n},r){let{weight:i,unit:a,steps:s,challenger:c}=t,l=e?.seen?`The newest counts are ${Ie(e.seen.asOf,r)}. `:``;return`${o.s(c.version)} gets ${i} % of the ${a}s, ${o.s(n.version)} the rest; steps of ${s.join(`, `)} and 100 %. ${l}`}function Ye(e,t){let{champion:n,file:r}=e.step;return`<div class="measured${je(e,t)?``:` stale`}">
${o.i(`The split`,Me(e))}
${o.i(`Conversion`,Ne(e))}
${o.i(`Guardrails`,Pe(e))}
</div>
${o.i(`What changed`,ge(n,r.challenger))}
${o.i(`Age of the data`,Fe(e,t))}`}function Xe(e,t){let n={...f.s(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function Ze(e,{verdict:t,asOf:n,breakage:r,minutes:i,now:a}){let o=t.release??e.release,s=e.release!==o,c=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??a,l=$e(t,c,a,i.quiet),u={...i,silence:i.quiet},d=f.i(e.alarms,l,a,u),{model:p,environment:m}=e;return{change:d,watching:{model:p,environment:m,...o!==void 0&&{release:o},verdict:l,alarms:d.alarms,lookedAt:a,...n!==void 0&&{asOf:n},...c!==void 0&&{unseenSince:c},breakage:r}}}function z({model:e,release:t,environment:n,verdict:r,lookedAt:i},a){if(i===void 0||a-i<=Qe)return r;let o=`it was last looked at at ${c.z(i)}: what looks has come to a halt`;return{...f.s(e,o,r.budget),environment:n,...t!==void 0&&{release:t}}}const Qe=6e5;function $e(e,t,n,r){return t===void 0||n-t<r*6e4?e:f.o(e,`nothing has been seen since ${c.z(t)}: ${e.unseen}`)}function et(e,{startedAt:t,now:n,version:r,script:i,notes:a,canaries:s}){let l=new Map(s.map(e=>[V(e),e])),u=e.map(e=>({one:e,verdict:z(e,n),canary:tt(l.get(V(e)),n)})).toSorted((e,t)=>H(e)-H(t)),d=B.map(e=>{let t=u.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),h=u.filter(({canary:e})=>e?.isWrong).length,g=[d.length>0?d.join(`, `):`Nothing serves`,...h>0?[`${h} ${h===1?`canary`:`canaries`} wrong`]:[]].join(`; `),_=u.map(({one:e,verdict:t,canary:r})=>nt(e,t.state,f.x(t),r?.html??``,n)),v=`<h1>Live traffic</h1>
<p class="lead">${o.c(g)}. It is ${c.z(n)}.</p>
${a.map(e=>`<p class="note">${o.c(m.d(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${p.n(e.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${_.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${c.z(t)}; of alarms before that nothing is known here.</p>`;return D({title:`Assay: ${g}`,version:r,live:{script:i,at:n,isPart:!1}},v)}const B=[`critical`,`unknown`,`warn`,`steady`];function V({model:e,environment:t}){return`${e} ${t}`}function tt(e,t){if(!e)return;let{verdict:n}=T(e,t),r=n===`fail`||n===`not_comparable`,i=`failed`in e.step?``:` at ${e.step.file.weight} %`,a=k(fe(e),`canary${i}: ${s.i[n]}`);return{isWrong:r,html:`<small${r?` class="bad"`:``}>${a}</small>`}}function H({verdict:e,canary:t}){return t?.isWrong?0:B.indexOf(e.state)}function nt(e,t,n,r,i){let{model:a,environment:s,release:l,alarms:u,asOf:d}=e,p=u.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${c.z(n)}`),h=d===void 0?`–`:`${Math.max(0,Math.round((i-d)/6e4))} min ago`;return`<tr id="${o.c(`${a}/${s}`)}"><th scope="row"><a href="${o.c(de(e))}">${o.s(a)}</a><small>${o.s(s)}</small>${r}</th><td class="${pe[t]}"><b>${f.d[t]} ${t}</b><small>${o.c(m.d(n,300))}</small></td><td>${p.length>0?o.c(p.join(`; `)):`–`}</td><td>${h}</td><td>${o.s(l??`–`)}</td></tr>`}function rt(e,t){let n=e.map(e=>({one:e,verdict:T(e,t),of:at(e)})),i=(e,t,i)=>[e,t,n.flatMap(t=>i(t).flatMap(([n,i])=>i===void 0?[]:[`${e}${r.o({...t.of,...n})}${i}`]))];return[i(`assay_canary_verdict`,`Which of the verdicts it is: 1.`,({verdict:e})=>it.map(t=>[{verdict:t},+(e.verdict===t)])),i(`assay_canary_share`,`Share of the units in the challenger, with what holds at every look.`,e=>ot(e.verdict.evidence?.split,[`declared`,`seen`,`low`,`high`])),i(`assay_canary_split_log_e`,`Evidence against the declared share; from ln(1000) on it is broken.`,e=>[[{},U(e.verdict.evidence?.split?.e)]]),i(`assay_canary_units`,`Units of an arm that a metric is of.`,({verdict:e})=>(e.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.units],[{metric:e,arm:`champion`},n.units]])),i(`assay_canary_events`,`Of these, the ones that converted, or met the event of a guardrail.`,e=>(e.verdict.evidence?.harm??[]).flatMap(({metric:e,challenger:t,champion:n})=>[[{metric:e,arm:`challenger`},t.events],[{metric:e,arm:`champion`},n.events]])),i(`assay_canary_log_e`,`Evidence of harm in a metric.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,e:t})=>[{metric:e},U(t)])),i(`assay_canary_log_e_limit`,`From where on it is harm.`,({verdict:e})=>(e.evidence?.harm??[]).map(({metric:e,limit:t})=>[{metric:e},U(t)])),i(`assay_canary_difference`,`Conversion, challenger less champion, with what holds at every look.`,e=>ot(e.verdict.evidence?.conversion,[`difference`,`low`,`high`])),i(`assay_canary_margin`,`How much less is still acceptable.`,({one:e})=>[[{},`failed`in e.step?void 0:e.step.rules.conversion.margin]]),i(`assay_canary_needs_seconds`,`How much longer until it passes, at the traffic that there is.`,e=>[[{},e.verdict.needs]]),i(`assay_canary_age_seconds`,`How old the counts are that it is judged by.`,({one:e})=>[[{},e.course?.seen&&(t-e.course.seen.asOf)/1e3]])]}const it=[`pass`,`fail`,`inconclusive`,`not_comparable`];function at({model:e,environment:t,step:n}){return`failed`in n?{model:e,environment:t}:{model:e,environment:t,release:n.file.challenger.version,canary:n.rules.key}}function ot(e,t){return t.map(t=>[{bound:t},e?.[t]])}function U(e){return e===void 0?void 0:Math.log(e)}function st(e,{canaries:t,startedAt:n,now:i}){let a=e.map(e=>({one:e,verdict:z(e,i),of:ut(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,a.flatMap(({verdict:e,of:t})=>ct.map(n=>`assay_drift_state${r.o({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,a.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${r.o({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,a.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>W(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...dt(t,e).map(([e,{rows:t}])=>W(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window. Of one without rows, or that is not judged, there is none.`,a.flatMap(({one:e,verdict:t,of:n})=>[...t.features.filter(({cutOff:e})=>e!==void 0).map(({name:e,psi:t})=>W(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...dt(t,e).filter(([,{rows:e}])=>e>0).map(([e,{psi:t}])=>W(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,a.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[W(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=lt[e];return[t,n,a.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[W(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,a.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[W(`assay_drift_age_seconds`,t,(i-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,a.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[W(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],...rt(t,i),[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${n/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const ct=[`steady`,`warn`,`unknown`,`critical`],lt={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function ut({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function dt({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function W(e,t,n){return`${e}${r.o(t)}${n}`}const G=`(() => {
const byId = id => document.getElementById(id)
const [main, said, button] = ['main', 'live', 'pause'].map(byId)
const LOST = '-'
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('assay') : undefined
const clock = () => new Date().toISOString().slice(11, 16) + ' UTC'
const began = clock()
const changed = new Set()
let paused = false, leads = false, up = true, busy = false, again = false, over = false, leave

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
`,ft=e=>`'sha256-${(0,_.createHash)(`sha256`).update(e).digest(`base64`)}'`,K={"content-security-policy":`default-src 'none'; style-src ${ft(se)}; script-src ${ft(G)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function pt(e){let{watcher:t,admit:n,onRound:i,startedAt:a,now:o,ready:s,version:c}=e,l=e=>n(e)?void 0:mt,u=(e,t,n)=>({name:e,method:`GET`,path:t,refuse:l,answer:n});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:s()?200:503})},u(`metrics`,`/metrics`,()=>({status:200,text:st(t.all(),{canaries:t.canaries(),startedAt:a,now:o()}),type:`text/plain; version=0.0.4; charset=utf-8`})),u(`drift`,`/v1/drift`,({query:e})=>{if(!e.has(`model`)&&!e.has(`environment`))return J({models:t.all().map(e=>_t(e,o()))});let n=X(t.all(),e.get(`model`),e.get(`environment`));return`status`in n?n:J(gt(n,o()))}),u(`canary`,`/v1/canary`,({query:e})=>{let n=X(t.all(),e.get(`model`),e.get(`environment`),`/v1/canary`);return`status`in n?n:J(re(n,Y(t,n),e.get(`release`)??void 0,o()))}),u(`canary-page`,`/canary/*/*`,({rest:e})=>{let[n=``,i=``]=e.split(`/`).map(r.a),a=Y(t,{model:n,environment:i});return a?{status:200,text:Ke(a,{now:o(),version:c,script:G}),type:q,headers:K}:{status:404,text:`no release enters this environment in steps now
`}}),u(`page`,`/`,()=>({status:200,text:et(t.all(),{startedAt:a,now:o(),version:c,script:G,notes:t.notes(),canaries:t.canaries()}),type:q,headers:K})),u(`model`,`/drift/*/*`,({rest:e})=>{let[n=``,i=``]=e.split(`/`).map(r.a),a=X(t.all(),n,i);return`status`in a?a:{status:200,text:f.t(z(a,o())),type:q,headers:ht}}),u(`events`,`/events`,()=>({status:200,events:{open:e=>i(()=>e(`*`))}}))]}const mt={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},q=`text/html; charset=utf-8`,J=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),ht={...K,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function Y(e,{model:t,environment:n}){return e.canaries().find(e=>e.model===t&&e.environment===n)}function X(e,t,n,r=`/v1/drift`){let i=e.filter(e=>e.model===t);return(n===null&&i.length===1?i[0]:i.find(e=>e.environment===n))||(t===null||n===null&&i.length>1?{status:400,text:`name both: ${r}?model=churn&environment=production\n`}:{status:404,text:`no release of this model serves in this environment
`})}function gt(e,t){let n=z(e,t);return{..._t(e,t),report:f.u(n),verdict:f.n(n)}}function _t(e,t){let n=z(e,t),r=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:n.state,kind:n.kind,words:f.x(n),lookedAt:r(e.lookedAt),asOf:r(e.asOf),alarms:e.alarms.map(({kind:e,level:t,since:n,features:i})=>({kind:e,level:t,since:r(n),features:i.map(({name:e})=>e)}))}}async function vt({file:t,proxyHeader:n,warn:r}){let i=await yt(t,n),a;return{good:()=>i,async reread(){try{i=await yt(t,n),a=void 0}catch(t){if(!e.n(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function yt(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw b([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await r.t(t);if(`problems`in e)throw b(e.problems);return e}catch(n){throw e.n(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?b(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,v.dirname)(t)}/${(0,v.basename)(t)}`},...n&&{fix:n}}))):n}}}function bt({sources:t,now:n,log:r,signal:i}){let a=/* @__PURE__ */ new Map;async function o(a,{rules:o}){let{model:s,environment:c}=a;try{let e=t(a);return e?await e.canary({model:s,environment:c,key:o.key},o.guardrails,n()):{failed:`neither a collector nor Prometheus is named`}}catch(t){if(i?.throwIfAborted(),e.n(t))return{failed:t.problems.map(({what:e})=>e).join(`; `)};let{name:n=typeof t}=t;return r.warn(`a fault of Assay at the canary of ${s} in ${c} (${n})`),{failed:`a fault of Assay (${n})`}}}return{all:()=>[...a.values()],keep(e){a=new Map(e.flatMap(e=>{if(!e.canary)return[];let t=Z(e),{champion:n,canary:r}=e;return[[t,w(e,{champion:n,file:r},a.get(t))]]}))},async look(e){let t=a.get(Z(e));if(!t||`failed`in t.step)return;let{step:i}=t,s=await o(e,i),c=n(),{watching:l,change:u}=ne({...t,step:i},d.n(s,i.rules,c),c);a.set(Z(e),l),u!==void 0&&r.info(u)}}}function Z({model:e,environment:t}){return`${e} ${t}`}function xt({readWatched:t,sources:n,now:r,log:i,signal:o}){let s=[],l,u,d=/* @__PURE__ */ new Map,p=bt({sources:n,now:r,log:i,signal:o});async function m(){if(l!==void 0&&u===void 0&&r()-l<St)return;try{s=await t(),l=r(),u=void 0}catch(t){if(l===void 0||!e.n(t))throw t;let n=t.problems.map(({what:e})=>e).join(`; `),r=`The deploy repository cannot be read: what serves is as it was at ${c.z(l)}. ${n}`;u===void 0&&i.warn(r),u=r}let n=s.map(e=>{let t=Q(e);return[t,d.get(t)??Xe(e,f.r(e.drift??c.A.parse({})).budget)]});d=new Map(n),p.keep(s)}async function h(e){let t=f.r(e.drift??c.A.parse({})),n=r(),a={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:o,asOf:s,breakage:l=wt}=await g(e,a,t,n),{watching:u,change:p}=Ze(d.get(Q(e)),{verdict:{...o,...a},breakage:l,minutes:t.minutes,now:n,...s!==void 0&&{asOf:s}});d.set(Q(e),u),Et(i,u,p)}async function g(t,r,{minutes:s,budget:c,volume:l},u){let{profile:d}=t,p=e=>({verdict:f.s(t.model,e,c)});if(`failed`in d)return p(d.failed);try{let e=n(t);if(!e)return p("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:i}=t,o=await a.t(e,{of:r,profile:d,minutes:s,requests:i,volume:l,now:u}),m=f.a({profile:d,...o,settings:{budget:c},now:u}),{seen:h}=o;if(`failed`in h)return{verdict:m};let{asOf:g,windows:_}=h;return{verdict:m,...g!==void 0&&{asOf:g},..._.breakage&&{breakage:Tt(d,_.breakage)}}}catch(n){if(o?.throwIfAborted(),e.n(n))return p(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return i.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),p(`a fault of Assay (${r})`)}}return{all:()=>[...d.values()],canaries:p.all,notes:()=>u===void 0?[]:[u],async look(){await m();let e=[...s];await Promise.all(Array.from({length:Ct},async()=>{for(let t=e.shift();t;t=e.shift())await h(t),await p.look(t)}))}}}const St=3e5,Ct=8,wt=/* @__PURE__ */ new Map;function Q({model:e,environment:t}){return`${e} ${t}`}function Tt(e,t){let n=g.y(e),{features:r}=f.c(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=g.E(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:g.A(i,t).psi}]]}))}function Et(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function Dt(e,n){let{folder:i,now:o,log:s,signal:c,version:l}=e,{host:u,port:d,"proxy-header":f}=n,p=o(),m={collector:n.collector,prometheus:n.prometheus},h=/* @__PURE__ */ new Map,g=/* @__PURE__ */ new Map,_=!1,y=xt({async readWatched(){let r=await t.t(e,_?n:{...n,model:void 0},g);return _||At(r,n),_=!0,r.filter(e=>$(e,n))},sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),i=h.get(r)??a.n(e,{job:m,file:{collector:t,prometheus:n}});return i&&h.set(r,i),i},now:o,log:s,signal:c}),b=n.tokens===void 0?void 0:(0,v.resolve)(i,n.tokens),{tokens:x}=await t.n({tokens:vt({file:b,proxyHeader:f,warn:s.warn}),first:y.look()}),S=/* @__PURE__ */ new Set,C=!0,w=await r.i({routes:pt({watcher:y,admit:e=>te(e,{tokens:x.good(),proxyHeader:f?.toLowerCase()}),onRound(e){return S.add(e),()=>S.delete(e)},startedAt:p,now:o,ready:()=>C,version:l}),host:u,port:d,onFault:(e,t)=>s.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw Mt(e,u,d)});s.info(`listens on ${u}:${w.port}, releases it looks at: ${y.all().length}; alarms of before are not known`);let ne=async()=>{await x.reread(),await y.look()};for(;!c.aborted&&(await(0,ee.setTimeout)(Ot,void 0,{signal:c}).catch(()=>{}),!c.aborted);){await ne().catch(e=>c.aborted||s.warn(`as before: ${jt(e)}`));for(let e of S)e()}C=!1,w.drain(),await w.close(kt);let T=y.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...T.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:T}}}const Ot=6e4,kt=5e3;function $(e,{model:t,environment:n}){return(t===void 0||e.model===t)&&(n===void 0||e.environment===n)}function At(e,t){let{model:n,environment:r}=t;if(e.length===0||e.some(e=>$(e,t)))return;let a=(e,t)=>[...new Set(t.map(t=>t[e]))],o=e.filter(e=>$(e,{model:n,environment:void 0}));throw o.length===0?i.B(n,a(`model`,e)):i.z(r,a(`environment`,o))}function jt(t){return e.n(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function Mt(e,t,n){let{code:r=`no reason`}=e;return b([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=Dt;