const e=require("./errors.js"),t=require("./watched.js"),n=require("./schemas.js"),r=require("./tokens.js"),i=require("./html.js"),a=require("./page.js"),o=require("./start.js"),s=require("./usage-metrics.js"),c=require("./secrets.js"),l=require("./profile-file.js");let u=require("node:crypto"),d=require("node:path"),f=require("node:timers/promises");function p(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return!0}return t?.admit(m(e.header(`authorization`)))===!0}function m(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function h(t){return new e.t({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}function g(e,t){let n={...i.c(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function _(e,{verdict:t,asOf:n,breakage:r,minutes:a,now:o}){let s=t.release??e.release,c=e.release!==s,l=t.unseen===void 0?void 0:(c?void 0:e.unseenSince)??o,u=b(t,l,o,a.quiet),d={...a,silence:a.quiet},f=i.a(e.alarms,u,o,d),{model:p,environment:m}=e;return{change:f,watching:{model:p,environment:m,...s!==void 0&&{release:s},verdict:u,alarms:f.alarms,lookedAt:o,...n!==void 0&&{asOf:n},...l!==void 0&&{unseenSince:l},breakage:r}}}function v({model:e,release:t,environment:n,verdict:r,lookedAt:a},s){if(a===void 0||s-a<=y)return r;let c=`it was last looked at at ${o.L(a)}: what looks has come to a halt`;return{...i.c(e,c,r.budget),environment:n,...t!==void 0&&{release:t}}}const y=6e5;function b(e,t,n,r){return t===void 0||n-t<r*6e4?e:i.s(e,`nothing has been seen since ${o.L(t)}: ${e.unseen}`)}const x=`${a.l}:root{--link:#0759b8}
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
.lead{margin:0 0 20px;color:var(--soft)}
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
@media(max-width:560px){
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
`;function S({title:e,viewer:t,version:n,live:r},i){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${a.c(e)}</title>
<style>${x}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${r?C:``}
${t?T(t):``}
</header>
<main id="main"${r?w(r):``}>
${i}
</main>
<footer>Assay ${a.s(n)}. This page changes nothing: commands are comments in pull requests.</footer>
${r?`<script>${r.script}<\/script>`:``}
</body>
</html>
`}const C=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function w(e){return`row`in e?` data-row="${a.c(e.row)}"`:` data-at="${e.at}"${e.isPart?` data-part`:``}`}function T({login:e,maySignOut:t}){let n=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${a.s(e)}${n}</div>`}function E({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}const D={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};n.d({models:n.a(n.d({model:n.m(),environment:n.m(),release:n.m().optional(),state:n.r(i.u),kind:n.m().max(40).optional(),words:n.m()}))}),n.d({report:n.m()});function O(e,{startedAt:t,now:n,version:r,script:l,notes:u}){let d=e.map(e=>({one:e,verdict:v(e,n)})).toSorted((e,t)=>k.indexOf(e.verdict.state)-k.indexOf(t.verdict.state)),f=k.map(e=>{let t=d.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),p=f.length>0?f.join(`, `):`Nothing serves`,m=d.map(({one:e,verdict:t})=>A(e,t.state,i.S(t),n)),h=`<h1>Live traffic</h1>
<p class="lead">${a.c(p)}. It is ${o.L(n)}.</p>
${u.map(e=>`<p class="note">${a.c(c.d(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>What serves: ${s.E(e.length,`release`)}, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${m.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${o.L(t)}; of alarms before that nothing is known here.</p>`;return S({title:`Assay: ${p}`,version:r,live:{script:l,at:n,isPart:!1}},h)}const k=[`critical`,`unknown`,`warn`,`steady`];function A(e,t,n,r){let{model:s,environment:l,release:u,alarms:d,asOf:f}=e,p=d.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${o.L(n)}`),m=f===void 0?`–`:`${Math.max(0,Math.round((r-f)/6e4))} min ago`;return`<tr id="${a.c(`${s}/${l}`)}"><th scope="row"><a href="${a.c(E(e))}">${a.s(s)}</a><small>${a.s(l)}</small></th><td class="${D[t]}"><b>${i.f[t]} ${t}</b><small>${a.c(c.d(n,300))}</small></td><td>${p.length>0?a.c(p.join(`; `)):`–`}</td><td>${m}</td><td>${a.s(u??`–`)}</td></tr>`}function j(e,{startedAt:t,now:n}){let i=e.map(e=>({one:e,verdict:v(e,n),of:P(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>M.map(n=>`assay_drift_state${r.o({...t,state:n})}${+(e.state===n)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:n})=>`assay_drift_alarm${r.o({...t,kind:e,level:n})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>I(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...F(t,e).map(([e,{rows:t}])=>I(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,psi:t})=>I(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...F(t,e).map(([e,{psi:t}])=>I(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[I(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],...[`live`,`accepted`,`outcomes`].map(e=>{let[t,n]=N[e];return[t,n,i.flatMap(({verdict:n,of:r})=>(n.quality??[]).flatMap(n=>n[e]===void 0?[]:[I(t,{...r,metric:n.metric},n[e])]))]}),[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[I(`assay_drift_age_seconds`,t,(n-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[I(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${t/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const M=[`steady`,`warn`,`unknown`,`critical`],N={live:[`assay_drift_quality`,`What live outcomes say of the model, by metric.`],accepted:[`assay_drift_quality_accepted`,`The same of the accepted evaluation, in the same bins.`],outcomes:[`assay_drift_quality_outcomes`,`Live outcomes that it is worked out from.`]};function P({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function F({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function I(e,t,n){return`${e}${r.o(t)}${n}`}const L=`(() => {
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
`,R=e=>`'sha256-${(0,u.createHash)(`sha256`).update(e).digest(`base64`)}'`,z={"content-security-policy":`default-src 'none'; style-src ${R(x)}; script-src ${R(L)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function B(e){let{watcher:t,admit:n,onRound:a,startedAt:o,now:s,ready:c,version:l}=e,u=e=>n(e)?void 0:V,d=(e,t,n)=>({name:e,method:`GET`,path:t,refuse:u,answer:n});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:c()?200:503})},d(`metrics`,`/metrics`,()=>({status:200,text:j(t.all(),{startedAt:o,now:s()}),type:`text/plain; version=0.0.4; charset=utf-8`})),d(`drift`,`/v1/drift`,({query:e})=>{if(!e.has(`model`)&&!e.has(`environment`))return U({models:t.all().map(e=>q(e,s()))});let n=G(t.all(),e.get(`model`),e.get(`environment`));return`status`in n?n:U(K(n,s()))}),d(`page`,`/`,()=>({status:200,text:O(t.all(),{startedAt:o,now:s(),version:l,script:L,notes:t.notes()}),type:H,headers:z})),d(`model`,`/drift/*/*`,({rest:e})=>{let[n=``,a=``]=e.split(`/`).map(r.a),o=G(t.all(),n,a);return`status`in o?o:{status:200,text:i.t(v(o,s())),type:H,headers:W}}),d(`events`,`/events`,()=>({status:200,events:{open:e=>a(()=>e(`*`))}}))]}const V={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},H=`text/html; charset=utf-8`,U=e=>({status:200,text:`${JSON.stringify(e)}\n`,type:`application/json`}),W={...z,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function G(e,t,n){let r=e.filter(e=>e.model===t);return(n===null&&r.length===1?r[0]:r.find(e=>e.environment===n))||(t===null||n===null&&r.length>1?{status:400,text:`name both: /v1/drift?model=churn&environment=production
`}:{status:404,text:`no release of this model serves in this environment
`})}function K(e,t){let n=v(e,t);return{...q(e,t),report:i.d(n),verdict:n}}function q(e,t){let n=v(e,t),r=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:n.state,kind:n.kind,words:i.S(n),lookedAt:r(e.lookedAt),asOf:r(e.asOf),alarms:e.alarms.map(({kind:e,level:t,since:n,features:i})=>({kind:e,level:t,since:r(n),features:i.map(({name:e})=>e)}))}}async function J({file:t,proxyHeader:n,warn:r}){let i=await Y(t,n),a;return{good:()=>i,async reread(){try{i=await Y(t,n),a=void 0}catch(t){if(!e.n(t))throw t;let n=`the tokens stay as they were: ${t.problems.map(({what:e})=>e).join(`; `)}`;n!==a&&r(n),a=n}}}}async function Y(t,n){if(t!==void 0||n===void 0){if(t===void 0)throw h([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await r.t(t);if(`problems`in e)throw h(e.problems);return e}catch(n){throw e.n(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?h(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,d.dirname)(t)}/${(0,d.basename)(t)}`},...n&&{fix:n}}))):n}}}function X({readWatched:t,sources:n,now:r,log:a,signal:s}){let c=[],l,u,d=/* @__PURE__ */ new Map;async function f(){if(l!==void 0&&u===void 0&&r()-l<Z)return;try{c=await t(),l=r(),u=void 0}catch(t){if(l===void 0||!e.n(t))throw t;let n=t.problems.map(({what:e})=>e).join(`; `),r=`The deploy repository cannot be read: what serves is as it was at ${o.L(l)}. ${n}`;u===void 0&&a.warn(r),u=r}let n=c.map(e=>{let t=$(e);return[t,d.get(t)??g(e,i.i(e.drift??o.A.parse({})).budget)]});d=new Map(n)}async function p(e){let t=i.i(e.drift??o.A.parse({})),n=r(),s={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:c,asOf:l,breakage:u=ee}=await m(e,s,t,n),{watching:f,change:p}=_(d.get($(e)),{verdict:{...c,...s},breakage:u,minutes:t.minutes,now:n,...l!==void 0&&{asOf:l}});d.set($(e),f),ne(a,f,p)}async function m(t,r,{minutes:o,budget:c,volume:l},u){let{profile:d}=t,f=e=>({verdict:i.c(t.model,e,c)});if(`failed`in d)return f(d.failed);try{let e=n(t);if(!e)return f("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:a}=t,s=await i.n(e,{of:r,profile:d,minutes:o,requests:a,volume:l,now:u}),p=i.o({profile:d,...s,settings:{budget:c},now:u}),{seen:m}=s;if(`failed`in m)return{verdict:p};let{asOf:h,windows:g}=m;return{verdict:p,...h!==void 0&&{asOf:h},...g.breakage&&{breakage:te(d,g.breakage)}}}catch(n){if(s?.throwIfAborted(),e.n(n))return f(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return a.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),f(`a fault of Assay (${r})`)}}return{all:()=>[...d.values()],notes:()=>u===void 0?[]:[u],async look(){await f();let e=[...c];await Promise.all(Array.from({length:Q},async()=>{for(let t=e.shift();t;t=e.shift())await p(t)}))}}}const Z=3e5,Q=8,ee=/* @__PURE__ */ new Map;function $({model:e,environment:t}){return`${e} ${t}`}function te(e,t){let n=l._(e),{features:r}=i.l(n,t);return new Map(n.flatMap(e=>{let t=r.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),i=l.C(e),a=n===0||i.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:l.E(i,t).psi}]]}))}function ne(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function re(e,n){let{folder:a,now:o,log:s,signal:c,version:l}=e,{host:u,port:m,environment:h,"proxy-header":g}=n,_=o(),v={collector:n.collector,prometheus:n.prometheus},y=/* @__PURE__ */ new Map,b=X({readWatched:async()=>(await t.t(e,n)).filter(e=>h===void 0||e.environment===h),sources({drift:{collector:t,prometheus:n}={}}){let r=JSON.stringify([t,n]),a=y.get(r)??i.r(e,{job:v,file:{collector:t,prometheus:n}});return a&&y.set(r,a),a},now:o,log:s,signal:c}),x=n.tokens===void 0?void 0:(0,d.resolve)(a,n.tokens),{tokens:S}=await t.o({tokens:J({file:x,proxyHeader:g,warn:s.warn}),first:b.look()}),C=/* @__PURE__ */ new Set,w=!0,T=await r.i({routes:B({watcher:b,admit:e=>p(e,{tokens:S.good(),proxyHeader:g?.toLowerCase()}),onRound(e){return C.add(e),()=>C.delete(e)},startedAt:_,now:o,ready:()=>w,version:l}),host:u,port:m,onFault:(e,t)=>s.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw se(e,u,m)});s.info(`listens on ${u}:${T.port}, releases it looks at: ${b.all().length}; alarms of before are not known`);let E=async()=>{await S.reread(),await b.look()};for(;!c.aborted&&(await(0,f.setTimeout)(ie,void 0,{signal:c}).catch(()=>{}),!c.aborted);){await E().catch(e=>c.aborted||s.warn(`as before: ${oe(e)}`));for(let e of C)e()}w=!1,T.drain(),await T.close(ae);let D=b.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...D.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:D}}}const ie=6e4,ae=5e3;function oe(t){return e.n(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function se(e,t,n){let{code:r=`no reason`}=e;return h([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}exports.run=re;