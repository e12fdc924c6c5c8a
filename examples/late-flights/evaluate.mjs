// node evaluate.mjs [--model model.json] → metrics.json and predictions.csv for the flights of March
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { featuresOf } from './features.mjs'
import { isTest, readFlights } from './flights.mjs'
import { scoreOf } from './regression.mjs'
import { metricsOf } from './scores.mjs'

const SMALL_AIRPORT = 100
const HOURS = ['00-05', '06-08', '09-11', '12-14', '15-17', '18-20', '21-23']

const { values } = parseArgs({ options: { model: { type: 'string', default: 'model.json' } } })
const model = JSON.parse(readFileSync(values.model, 'utf8'))

const flights = readFlights()
const features = featuresOf(model.features, flights)
const tested = flights.filter(isTest)
const flightsFrom = Map.groupBy(tested, flight => flight.origin)
const rows = tested.map(flight => ({
  ...flight,
  score: Number(scoreOf(model.weights, features(flight)).toFixed(6)),
  airport: flightsFrom.get(flight.origin).length < SMALL_AIRPORT ? 'other' : flight.origin,
  part: HOURS[Math.max(0, Math.floor(flight.hour / 3) - 1)],
}))

const lines = rows.map(row => [row.id, row.late, row.score, row.airport, row.part, row.day].join(','))
writeFileSync('predictions.csv', `id,label,score,origin,hour,day\n${lines.join('\n')}\n`)
writeFileSync('metrics.json', `${JSON.stringify(metricsOf(rows), null, 2)}\n`)
console.log(`evaluated ${values.model} on ${rows.length} flights of March`)
