// node train.mjs [--out model.json] → the model, and in training.csv what it learned from
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { featuresOf } from './features.mjs'
import { isTest, readFlights } from './flights.mjs'
import { learn } from './regression.mjs'

const { values } = parseArgs({ options: { out: { type: 'string', default: 'model.json' } } })
const params = JSON.parse(readFileSync('params.json', 'utf8'))
const seed = Number(process.env.ASSAY_SEED ?? params.seed)

const flights = readFlights()
const features = featuresOf(params.features, flights)
// A retraining moves this day. What is tested on is never learned from, whatever it says.
const until = readFileSync('data-version.txt', 'utf8').trim()
const learnedFrom = flights.filter(flight => !isTest(flight) && flight.day <= until)
const examples = learnedFrom.map(flight => ({ features: features(flight), late: flight.late }))
console.log(
  `training on ${examples.length} flights up to ${until} with ${params.features.join(', ')} (seed ${seed})`,
)

const weights = learn(examples, params, seed)
mkdirSync(dirname(values.out), { recursive: true })
const inputs = learnedFrom.map(({ hour, weekday, distance, origin, destination }) =>
  [hour, weekday, distance, origin, destination].join(','),
)
writeFileSync('training.csv', `hour,weekday,distance,origin,destination\n${inputs.join('\n')}\n`)
writeFileSync(values.out, `${JSON.stringify({ features: params.features, seed, weights }, null, 2)}\n`)
console.log(`wrote ${values.out}: ${Object.keys(weights).length} weights`)
