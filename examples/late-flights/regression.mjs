// Logistic regression by stochastic gradient descent (AdaGrad). The same seed gives the same weights.

/** Learns weights from examples [{features: {name: value}, late: 0 | 1}]. Returns {name: weight}. */
export function learn(examples, { epochs, rate, l2, late_weight: lateWeight }, seed) {
  const weights = {}
  const squares = {}
  const random = randomFrom(seed)
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const { features, late } of shuffled(examples, random)) {
      const error = (scoreOf(weights, features) - late) * (late ? lateWeight : 1)
      for (const [name, value] of Object.entries(features)) {
        const gradient = error * value + l2 * (weights[name] ?? 0)
        squares[name] = (squares[name] ?? 0) + gradient * gradient
        weights[name] = (weights[name] ?? 0) - (rate * gradient) / Math.sqrt(squares[name] + 1e-8)
      }
    }
  }
  return weights
}

/** Probability of being late, between 0 and 1. A feature never seen in training counts nothing. */
export function scoreOf(weights, features) {
  let sum = 0
  for (const [name, value] of Object.entries(features)) sum += (weights[name] ?? 0) * value
  return 1 / (1 + Math.exp(-sum))
}

function shuffled(items, random) {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

/** Mulberry32: a small generator, good enough to shuffle. */
function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
