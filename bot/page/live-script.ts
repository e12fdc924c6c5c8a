/**
 * The one script of the pages, which are complete without it. What it hears is ids of rows; what stands there it asks for, as
 * whoever is signed in, and puts in place what differs, so that nobody loses their place. Of all tabs of a browser that are
 * seen, one holds a stream and tells the others: a browser opens no more than six to one host.
 */
export const LIVE_SCRIPT = `(() => {
const byId = id => document.getElementById(id)
const [main, said, button] = ['main', 'live', 'pause'].map(byId)
const LOST = '-'
const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('assay') : undefined
const clock = () => new Date().toISOString().slice(11, 16) + ' UTC'
const began = clock()
let paused = false, leads = false, up = true, busy = false, again = false, over = false, leave

const say = words => { if (said.textContent !== words) said.textContent = words }
const count = changed => changed === 1 ? '1 model' : changed + ' models'

function tell() {
  const changed = main.querySelectorAll('tr.new').length
  const news = changed > 0 ? ': ' + count(changed) + ' changed since ' + began : ''
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
  for (const row of page.querySelectorAll('tr[id]')) {
    const own = byId(row.id)
    if (!row.firstElementChild && !own) return true
    if (!row.firstElementChild) row.replaceWith(own.cloneNode(true))
    else if (own?.className) row.className = own.className
  }
  place(main, page.getElementById('main'))
  for (const { name, value } of page.getElementById('main').attributes) main.setAttribute(name, value)
  document.title = page.title
  return false
}

function place(old, now) {
  if (old.isEqualNode(now)) return
  const [before, after] = [[...old.childNodes], [...now.childNodes]]
  const isAlike = old.id === 'main' || old.cloneNode().isEqualNode(now.cloneNode())
  if (isAlike && before.length > 0 && before.length === after.length)
    return before.forEach((part, at) => place(part, after[at]))
  if (old === main) return main.replaceChildren(...after)
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null
  if (now.nodeName === 'TR' && old.id === now.id) now.className = 'new'
  old.replaceWith(now)
  now.parentElement?.closest('tr')?.classList.add('new')
  if (focused !== null)
    [...now.querySelectorAll('a')].find(link => link.getAttribute('href') === focused)?.focus({ preventScroll: true })
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
`
