// Reads the flights and splits them: January and February to learn from, March to test on.
// The split is by time because the features look at earlier flights: a random split would let the model see its own test.
import { readFileSync } from 'node:fs'

const LATE_MINUTES = 15
const TEST_FROM = '2001-03-01'

/** All flights in order of departure: {id, day, weekday, time (hours), hour, distance, origin, destination, late (0 or 1)}. */
export function readFlights(file = 'data/flights-20k.json') {
  const seen = new Map()
  return JSON.parse(readFileSync(file, 'utf8'))
    .map(flightOf)
    .sort((left, right) => left.time - right.time)
    .map(flight => ({ ...flight, id: uniqueId(flight, seen) }))
}

/** Fixed: it depends on the date alone, so every version of the model is tested on the same rows. */
export function isTest(flight) {
  return flight.day >= TEST_FROM
}

function flightOf({ date, delay, distance, origin, destination }) {
  const [day, clock] = date.replaceAll('/', '-').split(' ')
  const moment = new Date(`${day}T${clock}:00Z`)
  const late = delay > LATE_MINUTES ? 1 : 0
  const hour = moment.getUTCHours()
  const weekday = moment.getUTCDay()
  return {
    day,
    clock,
    weekday,
    time: moment.getTime() / 3_600_000,
    hour,
    distance,
    origin,
    destination,
    late,
  }
}

function uniqueId({ day, clock, origin, destination }, seen) {
  const id = `${day}T${clock}-${origin}-${destination}`
  const before = seen.get(id) ?? 0
  seen.set(id, before + 1)
  return before === 0 ? id : `${id}-${before + 1}`
}
