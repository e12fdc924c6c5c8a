const e=require("./errors.js"),t=require("./class-of.js"),n=require("./tokens.js"),r=require("./watched.js"),i=require("./page.js"),a=require("./start.js"),o=require("./distributions.js"),s=require("./visible-text.js"),c=require("./profile-file.js");let l=require("node:crypto"),u=require("node:path"),d=require("node:timers/promises");function f(e,{tokens:t,proxyHeader:n}){if(n!==void 0){let[t,...r]=e.headers(n);if(t!==void 0&&t.trim()!==``&&r.length===0)return!0}return t?.admit(p(e.header(`authorization`)))===!0}function p(e){let[,t]=/^basic +([a-z0-9+/=]+)$/i.exec(e??``)??[];if(t===void 0)return e;let n=Buffer.from(t,`base64`).toString(`utf8`);return`Bearer ${n.slice(n.indexOf(`:`)+1)}`}function m(e,t){let n={...r.c(e.model,`it has not been looked at yet`,t),...e};return{...e,verdict:n,alarms:[],breakage:/* @__PURE__ */ new Map}}function h(e,{verdict:t,asOf:n,breakage:i,minutes:a,now:o}){let s=e.release!==t.release,c=t.unseen===void 0?void 0:(s?void 0:e.unseenSince)??o,l=v(t,c,o,a.quiet),u={...a,silence:a.quiet},d=r.o(s?[]:e.alarms,l,o,u),{model:f,environment:p}=e;return{change:d,watching:{model:f,environment:p,...t.release!==void 0&&{release:t.release},verdict:l,alarms:d.alarms,lookedAt:o,...n!==void 0&&{asOf:n},...c!==void 0&&{unseenSince:c},breakage:i}}}function g({model:e,release:t,environment:n,verdict:i,lookedAt:o},s){if(o===void 0||s-o<=_)return i;let c=`it was last looked at at ${a.L(o)}: what looks has come to a halt`;return{...r.c(e,c,i.budget),environment:n,...t!==void 0&&{release:t}}}const _=6e5;function v(e,t,n,r){if(t===void 0||n-t<r*6e4)return e;let i=`nothing has been seen since ${a.L(t)}: ${e.unseen}`;return{...e,flow:{what:`silence`,state:`unknown`,reason:i}}}const y=`${i.l}:root{--link:#0759b8}
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
tbody th{font-weight:600;overflow-wrap:anywhere;position:sticky;left:0;background:var(--paper);min-width:8em;max-width:14em}
td b{font-weight:500;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
td small,td p{display:block;margin:0;font-size:.85rem;color:var(--soft);overflow-wrap:anywhere}
.bad,td .bad{color:var(--bad)}.open,td .open{color:var(--open)}.good,td .good{color:var(--good)}.card{color:var(--ink)}
time{white-space:nowrap}
footer{margin-top:32px;padding-bottom:32px;color:var(--soft);font-size:.85rem}
.flights>li{padding:8px 0}.flights ul{margin:4px 0 0 1.2em}
section>h2{margin-top:24px}.card>h2{margin-top:0}
tbody th a{color:inherit}
pre{overflow-x:auto;padding:12px;background:var(--card);border:1px solid var(--line);border-radius:6px;font:.85rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.number{text-align:right}
@media(max-width:560px){
body>header,main,footer{padding-left:14px;padding-right:14px}
h1{font-size:1.35rem;margin-top:16px}.card{padding:10px 12px}.first{gap:12px}
.filter>*{flex:1 1 40%}.filter>:first-child{flex-basis:100%}.filter input,.filter select{width:100%}
th,td{min-width:9.5em;padding-right:12px}tbody th{min-width:6.5em;max-width:8em}
.lines th,.lines td{min-width:5em;padding-right:10px;overflow-wrap:anywhere}.lines td:last-child{width:50%;padding:8px 0}
}
`;function b({title:e,viewer:t,version:n,live:r},a){return`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${i.c(e)}</title>
<style>${y}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<p class="brand"><a href="/">Assay</a></p>
${r?x:``}
${t?C(t):``}
</header>
<main id="main"${r?S(r):``}>
${a}
</main>
<footer>Assay ${i.s(n)}. This page changes nothing: commands are comments in pull requests.</footer>
${r?`<script>${r.script}<\/script>`:``}
</body>
</html>
`}const x=`<div class="live"><span id="live" role="status"></span> <button id="pause" type="button" hidden>Pause</button></div>`;function S(e){return`row`in e?` data-row="${i.c(e.row)}"`:` data-at="${e.at}"${e.isPart?` data-part`:``}`}function C({login:e,maySignOut:t}){let n=t?` <form method="post" action="/sign-out"><button type="submit">Sign out</button></form>`:``;return`<div class="who">Signed in as ${i.s(e)}${n}</div>`}function w(e,{startedAt:t,now:n,version:c,script:l,notes:u}){let d=e.map(e=>({one:e,verdict:g(e,n)})).toSorted((e,t)=>E.indexOf(e.verdict.state)-E.indexOf(t.verdict.state)),f=E.map(e=>{let t=d.filter(({verdict:t})=>t.state===e).length;return t>0?`${t} ${e}`:``}).filter(Boolean),p=f.length>0?f.join(`, `):`Nothing serves`,m=d.map(({one:e,verdict:t})=>O(e,t.state,r.y(t),n)),h=`<h1>Live traffic</h1>
<p class="lead">${i.c(p)}. It is ${a.L(n)}.</p>
${u.map(e=>`<p class="note">${i.c(s.n(e,400))}</p>`).join(`
`)}
<div class="scroll" tabindex="0" role="region" aria-label="Models"><table class="c4">
<caption>${o.C(e.length,`release`)} that serve, each held against what it was accepted on</caption>
<thead><tr>${[`model`,`verdict`,`alarms`,`counts of`,`release`].map(e=>`<th scope="col">${e}</th>`).join(``)}</tr></thead>
<tbody>
${m.join(`
`)}
</tbody>
</table></div>
<p class="note">Looked at every minute since ${a.L(t)}; of alarms before that nothing is known here.</p>`;return b({title:`Assay: ${p}`,version:c,live:{script:l,at:n,isPart:!1}},h)}function T({model:e,environment:t}){return`/drift/${encodeURIComponent(e)}/${encodeURIComponent(t)}`}const E=[`critical`,`unknown`,`warn`,`steady`],D={critical:`bad`,unknown:`open`,warn:`open`,steady:`good`};function O(e,t,n,o){let{model:c,environment:l,release:u,alarms:d,asOf:f}=e,p=d.map(({kind:e,level:t,since:n})=>`${e} (${t}) since ${a.L(n)}`),m=f===void 0?`–`:`${Math.max(0,Math.round((o-f)/6e4))} min ago`;return`<tr id="${i.c(`${c}/${l}`)}"><th scope="row"><a href="${i.c(T(e))}">${i.s(c)}</a><small>${i.s(l)}</small></th><td class="${D[t]}"><b>${r.u[t]} ${t}</b><small>${i.c(s.n(n,300))}</small></td><td>${p.length>0?i.c(p.join(`; `)):`–`}</td><td>${m}</td><td>${i.s(u??`–`)}</td></tr>`}function k(e,{startedAt:t,now:r}){let i=e.map(e=>({one:e,verdict:g(e,r),of:j(e)}));return[[`assay_drift_state`,`Which of the states the verdict is: 1.`,i.flatMap(({verdict:e,of:t})=>A.map(r=>`assay_drift_state${n.o({...t,state:r})}${+(e.state===r)}`))],[`assay_drift_alarm`,`Alarms that go on.`,i.flatMap(({one:e,of:t})=>e.alarms.map(({kind:e,level:r})=>`assay_drift_alarm${n.o({...t,kind:e,level:r})}1`))],[`assay_drift_rows`,`Live rows of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,rows:t})=>N(`assay_drift_rows`,{...n,feature:e,window:`shift`},t)),...M(t,e).map(([e,{rows:t}])=>N(`assay_drift_rows`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi`,`Stability index of a feature in a window.`,i.flatMap(({one:e,verdict:t,of:n})=>[...t.features.map(({name:e,psi:t})=>N(`assay_drift_psi`,{...n,feature:e,window:`shift`},t)),...M(t,e).map(([e,{psi:t}])=>N(`assay_drift_psi`,{...n,feature:e,window:`breakage`},t))])],[`assay_drift_psi_cutoff`,`The index that chance reaches no more often than the budget of false alarms allows.`,i.flatMap(({verdict:e,of:t})=>e.features.flatMap(({name:e,cutOff:n})=>n===void 0?[]:[N(`assay_drift_psi_cutoff`,{...t,feature:e,window:`shift`},n)]))],[`assay_drift_age_seconds`,`How old the counts are that were seen last.`,i.flatMap(({one:e,of:t})=>e.asOf===void 0?[]:[N(`assay_drift_age_seconds`,t,(r-e.asOf)/1e3)])],[`assay_drift_looked_timestamp_seconds`,`When it was looked at last.`,i.flatMap(({one:e,of:t})=>e.lookedAt===void 0?[]:[N(`assay_drift_looked_timestamp_seconds`,t,e.lookedAt/1e3)])],[`assay_watch_start_time_seconds`,`When this process began to look: of alarms before that it knows nothing.`,[`assay_watch_start_time_seconds ${t/1e3}`]]].filter(([,,e])=>e.length>0).map(([e,t,n])=>`# HELP ${e} ${t}\n# TYPE ${e} gauge\n${n.join(`
`)}\n`).join(``)}const A=[`steady`,`warn`,`unknown`,`critical`];function j({model:e,environment:t,release:n}){return{model:e,environment:t,release:n}}function M({unseen:e},{breakage:t}){return e===void 0?[...t]:[]}function N(e,t,r){return`${e}${n.o(t)}${r}`}const P=`(() => {
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
`,F=e=>`'sha256-${(0,l.createHash)(`sha256`).update(e).digest(`base64`)}'`,I={"content-security-policy":`default-src 'none'; style-src ${F(y)}; script-src ${F(P)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,"cross-origin-opener-policy":`same-origin`,"cross-origin-resource-policy":`same-origin`,"referrer-policy":`no-referrer`};function L(e){let{watcher:t,admit:i,onRound:a,startedAt:o,now:s,ready:c,version:l}=e,u=e=>i(e)?void 0:ee,d=(e,t,n)=>({name:e,method:`GET`,path:t,refuse:u,answer:n});return[{name:`healthz`,method:`GET`,path:`/healthz`,answer:()=>({status:200})},{name:`readyz`,method:`GET`,path:`/readyz`,answer:()=>({status:c()?200:503})},d(`metrics`,`/metrics`,()=>({status:200,text:k(t.all(),{startedAt:o,now:s()}),type:`text/plain; version=0.0.4; charset=utf-8`})),d(`drift`,`/v1/drift`,({query:e})=>{let n=B(t.all(),e.get(`model`),e.get(`environment`));return`status`in n?n:{status:200,text:`${JSON.stringify(V(n,s()))}\n`,type:`application/json`}}),d(`page`,`/`,()=>({status:200,text:w(t.all(),{startedAt:o,now:s(),version:l,script:P,notes:t.notes()}),type:R,headers:I})),d(`model`,`/drift/*/*`,({rest:e})=>{let[i=``,a=``]=e.split(`/`).map(n.a),o=B(t.all(),i,a);return`status`in o?o:{status:200,text:r.n(g(o,s())),type:R,headers:z}}),d(`events`,`/events`,()=>({status:200,events:{open:e=>a(()=>e(`*`))}}))]}const ee={status:401,headers:{"www-authenticate":[`Bearer`,`Basic realm="Assay", charset="UTF-8"`]}},R=`text/html; charset=utf-8`,z={...I,"content-security-policy":`default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`};function B(e,t,n){let r=e.filter(e=>e.model===t);return(n===null&&r.length===1?r[0]:r.find(e=>e.environment===n))||(t===null||n===null&&r.length>1?{status:400,text:`name both: /v1/drift?model=churn&environment=production
`}:{status:404,text:`no release of this model serves in this environment
`})}function V(e,t){let n=g(e,t),r=e=>e===void 0?void 0:new Date(e).toISOString();return{model:e.model,environment:e.environment,release:e.release,state:n.state,kind:n.kind,lookedAt:r(e.lookedAt),asOf:r(e.asOf),alarms:e.alarms.map(({kind:e,level:t,since:n,features:i})=>({kind:e,level:t,since:r(n),features:i.map(({name:e})=>e)})),verdict:n}}function H({readWatched:t,sources:n,now:i,log:o,signal:s}){let c=[],l,u,d=/* @__PURE__ */ new Map;async function f(){if(l!==void 0&&u===void 0&&i()-l<U)return;try{c=await t(),l=i(),u=void 0}catch(t){if(l===void 0||!e.n(t))throw t;let n=t.problems.map(({what:e})=>e).join(`; `),r=`The deploy repository cannot be read: what serves is as it was at ${a.L(l)}. ${n}`;u===void 0&&o.warn(r),u=r}let n=c.map(e=>{let t=K(e);return[t,d.get(t)??m(e,r.a(e.drift??a.k.parse({})).budget)]});d=new Map(n)}async function p(e){let t=r.a(e.drift??a.k.parse({})),n=i(),s={model:e.model,environment:e.environment,...e.release!==void 0&&{release:e.release}},{verdict:c,asOf:l,breakage:u=G}=await g(e,s,t,n),{watching:f,change:p}=h(d.get(K(e)),{verdict:{...c,...s},breakage:u,minutes:t.minutes,now:n,...l!==void 0&&{asOf:l}});d.set(K(e),f),J(o,f,p)}async function g(t,i,{minutes:a,budget:c},l){let{profile:u}=t,d=e=>({verdict:r.c(t.model,e,c)});if(`failed`in u)return d(u.failed);try{let e=n(t);if(!e)return d("neither `--collector` nor `--prometheus` is named, nor does assay-deploy.yml name one");let{requests:o}=t,s=await r.r(e,{of:i,profile:u,minutes:a,requests:o,now:l}),f=r.s({profile:u,...s,settings:{budget:c},now:l}),{seen:p}=s;if(`failed`in p)return{verdict:f};let{asOf:m,windows:h}=p;return{verdict:f,...m!==void 0&&{asOf:m},...h.breakage&&{breakage:q(u,h.breakage)}}}catch(n){if(s?.throwIfAborted(),e.n(n))return d(n.problems.map(({what:e})=>e).join(`; `));let{name:r=typeof n}=n;return o.warn(`a fault of Assay at ${t.model} in ${t.environment} (${r})`),d(`a fault of Assay (${r})`)}}return{all:()=>[...d.values()],notes:()=>u===void 0?[]:[u],async look(){await f();let e=[...c];await Promise.all(Array.from({length:W},async()=>{for(let t=e.shift();t;t=e.shift())await p(t)}))}}}const U=3e5,W=8,G=/* @__PURE__ */ new Map;function K({model:e,environment:t}){return`${e} ${t}`}function q(e,t){let n=c.h(e),{features:i}=r.l(n,t);return new Map(n.flatMap(e=>{let t=i.get(e.name);if(!t)return[];let n=t.reduce((e,t)=>e+t,0),r=c.b(e),a=n===0||r.every(e=>e===0);return[[e.name,{rows:n,psi:a?0:c.C(r,t).psi}]]}))}function J(e,{model:t,environment:n,verdict:r},{begun:i,ended:a}){for(let{kind:a,level:o}of i)e.info(`${t} in ${n}: an alarm begins: ${a} (${o}), ${r.state}`);for(let{kind:r}of a)e.info(`${t} in ${n}: an alarm has ended: ${r}`)}async function Y(e,i){let{folder:a,now:o,log:s,signal:c,version:l}=e,{host:p,port:m,environment:h,"proxy-header":g}=i,_=o(),v={collector:i.collector,prometheus:i.prometheus},y=/* @__PURE__ */ new Map,b=H({readWatched:async()=>(await r.t(e,i)).filter(e=>h===void 0||e.environment===h),sources({drift:{collector:t,prometheus:n}={}}){let i=JSON.stringify([t,n]),a=y.get(i)??r.i(e,{job:v,file:{collector:t,prometheus:n}});return a&&y.set(i,a),a},now:o,log:s,signal:c}),x=i.tokens===void 0?void 0:(0,u.resolve)(a,i.tokens),{tokens:S}=await t.i({tokens:Q(x,g),first:b.look()}),C=/* @__PURE__ */ new Set,w=!0,T=await n.i({routes:L({watcher:b,admit:e=>f(e,{tokens:S,proxyHeader:g?.toLowerCase()}),onRound(e){return C.add(e),()=>C.delete(e)},startedAt:_,now:o,ready:()=>w,version:l}),host:p,port:m,onFault:(e,t)=>s.warn(`a fault of Assay at ${e} (${t.name})`)}).catch(e=>{throw ne(e,p,m)});s.info(`listens on ${p}:${T.port}, looks at ${b.all().length} releases; alarms of before are not known`);let E=async()=>{S=await Q(x,g),await b.look()};for(;!c.aborted&&(await(0,d.setTimeout)(X,void 0,{signal:c}).catch(()=>{}),!c.aborted);){await E().catch(e=>c.aborted||s.warn(`as before: ${te(e)}`));for(let e of C)e()}w=!1,T.drain(),await T.close(Z);let D=b.all().map(({model:e,environment:t,verdict:n})=>({model:e,environment:t,state:n.state}));return{exitCode:0,text:[`Stopped. At the last look:`,...D.map(e=>`${e.model} in ${e.environment}: ${e.state}`)].join(`
`),json:{states:D}}}const X=6e4,Z=5e3;async function Q(t,r){if(t!==void 0||r===void 0){if(t===void 0)throw $([{what:`nobody could look`,fix:"name a file of tokens with `--tokens`, or the header of a proxy with `--proxy-header`"}]);try{let e=await n.t(t);if(`problems`in e)throw $(e.problems);return e}catch(n){throw e.n(n,`FILE_NOT_FOUND`,`FILE_REFUSED`)?$(n.problems.map(({what:e,fix:n})=>({what:`\`--tokens\`: ${e}`,where:{file:`${(0,u.dirname)(t)}/${(0,u.basename)(t)}`},...n&&{fix:n}}))):n}}}function te(t){return e.n(t)?t.problems.map(({what:e})=>e).join(`; `):`a fault of Assay (${t.name??typeof t})`}function ne(e,t,n){let{code:r=`no reason`}=e;return $([{what:`${t}:${n} cannot be listened on (${r})`,fix:"choose another with `--host` or `--port`"}])}function $(t){return new e.t({code:`WATCH_SETTINGS`,title:`The watch does not start`,problems:t})}exports.run=Y;