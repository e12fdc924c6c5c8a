/**
 * The one script of the pages, which are complete without it. What it hears is ids of rows; what stands there it asks for, as
 * whoever is signed in, and puts in place what differs, so that nobody loses their place. What it says has changed are rows by
 * their ids, and the sections of the page of a model: the minute is another word in many a place. Of all tabs of a browser that are
 * seen, one holds a stream and tells the others: a browser opens no more than six to one host. What is measured is grey once it says
 * nothing of now, whether anybody answers or not.
 */
export const LIVE_SCRIPT = `(() => {
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
`
