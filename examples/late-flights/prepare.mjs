// Copies the flights from the npm package vega-datasets to data/.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'

const from = new URL('../data/flights-20k.json', packageEntry())
if (!existsSync(from)) {
  console.error(`${from.pathname} is missing. Run: npm install vega-datasets@3.2.1`)
  process.exit(1)
}
mkdirSync('data', { recursive: true })
copyFileSync(from, 'data/flights-20k.json')
console.log('data/flights-20k.json is in place')

function packageEntry() {
  try {
    return import.meta.resolve('vega-datasets')
  } catch {
    console.error('The data comes from an npm package. Run: npm install vega-datasets@3.2.1')
    process.exit(1)
  }
}
