import { logGamma } from './gamma.ts'

/**
 * One draw from the binomial distribution with `trials` trials of probability `share`, exact, in a time that does not
 * grow with the number of trials: inversion for small means, else Hörmann's BTRS (1993, transformed rejection).
 */
export function drawBinomial(random: () => number, trials: number, share: number): number {
  if (trials === 0 || share <= 0) return 0
  if (share >= 1) return trials
  if (share > 0.5) return trials - drawBinomial(random, trials, 1 - share)
  return trials * share < 10 ? byInversion(random, trials, share) : byRejection(random, trials, share)
}

// --- internal ---

/** Walks up the probabilities until the drawn one is used up. */
function byInversion(random: () => number, trials: number, share: number): number {
  const odds = share / (1 - share)
  let probability = Math.exp(trials * Math.log1p(-share))
  let left = random()
  let count = 0
  while (left > probability && count < trials) {
    left -= probability
    count++
    probability *= ((trials - count + 1) / count) * odds
  }
  return count
}

/** Names and constants as in the paper. */
function byRejection(random: () => number, n: number, p: number): number {
  const deviation = Math.sqrt(n * p * (1 - p))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * p
  const c = n * p + 0.5
  const vr = 0.92 - 4.2 / b
  const alpha = (2.83 + 5.1 / b) * deviation
  const mode = Math.floor((n + 1) * p)
  for (;;) {
    const u = random() - 0.5
    const v = random()
    const us = 0.5 - Math.abs(u)
    const k = Math.floor(((2 * a) / us + b) * u + c)
    if (us >= 0.07 && v <= vr) return k
    if (!(k >= 0 && k <= n)) continue
    const height = (v * alpha) / (a / (us * us) + b)
    if (Math.log(height) <= logRatio(n, p, k, mode)) return k
  }
}

/** ln of the probability of `k` over that of `mode`. */
function logRatio(n: number, p: number, k: number, mode: number): number {
  const factorials = logGamma(mode + 1) + logGamma(n - mode + 1) - logGamma(k + 1) - logGamma(n - k + 1)
  return factorials + (k - mode) * Math.log(p / (1 - p))
}
