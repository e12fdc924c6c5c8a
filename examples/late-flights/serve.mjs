// node serve.mjs [--model model.json] → POST /predict {hour, weekday, distance, origin, destination} answers {score, late}
//
// With ASSAY_EVENTS_URL, which a promotion writes, each flight and its score is told to the collector, in lists of half a second. Who
// asks may say of whom the flight is, in x-user: a canary counts users.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { featuresOf } from './features.mjs'
import { scoreOf } from './regression.mjs'

const THRESHOLD = 0.3
const { PORT = '8000', ASSAY_EVENTS_URL: eventsUrl, ASSAY_EVENTS_TOKEN: token = '' } = process.env

const { values } = parseArgs({ options: { model: { type: 'string', default: 'model.json' } } })
const model = JSON.parse(readFileSync(values.model, 'utf8'))
if (model.features.includes('recent_delays'))
  throw new Error(
    `${values.model}: recent_delays needs the flights of the day before, and a request has none`,
  )
const features = featuresOf(model.features, [])

const untold = []
/** Of more, while the collector does not answer, the newest are lost. */
const MOST_UNTOLD = 10_000
const tell = async () => {
  const events = untold.splice(0)
  if (events.length === 0) return
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(events), signal: AbortSignal.timeout(5000) }
  // What the collector does not take is lost: an answer never waits for it.
  await fetch(eventsUrl, request).catch(() => {})
}
const tellAll = () => setTimeout(() => tell().finally(tellAll), 500)
if (eventsUrl) tellAll()

createServer(async (request, response) => {
  if (request.url === '/healthz') return void response.end('ok')
  if (request.url !== '/predict' || request.method !== 'POST') return void response.writeHead(404).end()
  const flight = await json(request).catch(() => undefined)
  if (typeof flight?.hour !== 'number' || typeof flight.distance !== 'number')
    return void response.writeHead(400).end('a flight has hour, weekday, distance, origin and destination\n')
  const score = scoreOf(model.weights, features(flight))
  const { 'x-user': unit } = request.headers
  if (eventsUrl && untold.length < MOST_UNTOLD)
    untold.push({ time: new Date().toISOString(), unit, features: flight, score })
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ score, late: score >= THRESHOLD }))
}).listen(Number(PORT), '127.0.0.1')
