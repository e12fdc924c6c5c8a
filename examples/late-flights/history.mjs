// How many flights were late in the hours before: what an airport knows at the time of departure.

const LANDED_AFTER_HOURS = 3
const LOOK_BACK_HOURS = 24
const USUAL_SHARE = 0.2
const USUAL_WEIGHT = 5

/**
 * Indexes flights (in order of time) by a key and answers: of the flights of this key that left between 24 and 3 hours
 * before `time`, which share was late? Pulled towards the usual share where there are few.
 */
export function lateShareBy(flights, keyOf) {
  const histories = new Map()
  for (const flight of flights) {
    const key = keyOf(flight)
    if (!histories.has(key)) histories.set(key, { times: [], lateBefore: [0] })
    const history = histories.get(key)
    history.times.push(flight.time)
    history.lateBefore.push(history.lateBefore.at(-1) + flight.late)
  }
  return (key, time) => {
    const history = histories.get(key)
    if (!history) return USUAL_SHARE
    const from = countUpTo(history.times, time - LOOK_BACK_HOURS)
    const to = countUpTo(history.times, time - LANDED_AFTER_HOURS)
    const late = history.lateBefore[to] - history.lateBefore[from]
    return (late + USUAL_SHARE * USUAL_WEIGHT) / (to - from + USUAL_WEIGHT)
  }
}

/** How many of the sorted times are at most `limit`. */
function countUpTo(times, limit) {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle] <= limit) low = middle + 1
    else high = middle
  }
  return low
}
