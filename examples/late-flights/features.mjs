// What the model may look at. params.json switches features on by name.
import { lateShareBy } from './history.mjs'

/** Returns a function: flight → {name: value} of the features that are on. */
export function featuresOf(names, flights) {
  const known = features(flights)
  for (const name of names) {
    if (!known[name])
      throw new Error(`params.json: no feature "${name}". There are: ${Object.keys(known).join(', ')}`)
  }
  return flight => Object.assign({ bias: 1 }, ...names.map(name => known[name](flight)))
}

function features(flights) {
  const everywhere = lateShareBy(flights, () => 'all')
  const fromAirport = lateShareBy(flights, flight => flight.origin)
  const toAirport = lateShareBy(flights, flight => flight.destination)
  return {
    distance: flight => ({ distance: (flight.distance - 700) / 500 }),
    hour: flight => ({ hour: (flight.hour - 13) / 5 }),
    hour_of_day: flight => ({ [`hour=${flight.hour}`]: 1 }),
    weekday: flight => ({ [`weekday=${flight.weekday}`]: 1 }),
    origin: flight => ({ [`origin=${flight.origin}`]: 1 }),
    destination: flight => ({ [`destination=${flight.destination}`]: 1 }),
    recent_delays: flight => ({
      late_everywhere: (everywhere('all', flight.time) - 0.2) * 10,
      late_from_here: (fromAirport(flight.origin, flight.time) - 0.2) * 5,
      late_to_here: (toAirport(flight.origin, flight.time) - 0.2) * 5,
    }),
  }
}
