import { requireCount, requireInnerShare, requirePositive } from '../checks.ts'
import { logBeta, logRegularizedBeta } from '../distributions/beta.ts'

export interface ShareEvidence {
  /** ln of the e-value. Reject at any look when it reaches ln(1/alpha); it can be looked at after every unit. */
  logE: number
  /** min(1, 1/e) of this look; over many looks take the smallest so far. */
  p: number
}

/**
 * Evidence against "each of `total` units went to the canary with probability `share`", valid at every look: the
 * beta-binomial e-value with prior Beta(a, b) on the true share (mean a/(a+b) near `share`).
 * `below` and `above` look only for shares on that side: the prior is cut there. Used for splits and for
 * harm, where the units are events (Lindon & Malek, arXiv 2011.03567).
 */
export function shareEvidence(input: {
  canary: number
  total: number
  share: number
  prior: { a: number; b: number }
  alternative?: 'different' | 'below' | 'above'
}): ShareEvidence {
  const { canary, total, share, prior, alternative = 'different' } = input
  requireCount(total, 'The number of units')
  requireCount(canary, "The canary's units")
  if (canary > total)
    throw new RangeError(`The canary cannot have more units (${canary}) than there are (${total}).`)
  requireInnerShare(share, 'The declared share')
  requirePositive(prior.a, 'The prior a')
  requirePositive(prior.b, 'The prior b')
  const a = prior.a + canary
  const b = prior.b + total - canary
  const mixture = logBeta(a, b) - logBeta(prior.a, prior.b)
  const declared = canary * Math.log(share) + (total - canary) * Math.log1p(-share)
  const cut = logPart(share, a, b, alternative) - logPart(share, prior.a, prior.b, alternative)
  const logE = mixture - declared + cut
  return { logE, p: Math.min(1, Math.exp(-logE)) }
}

// --- internal ---

/** ln of how much of Beta(a, b) lies on the side that is looked at. */
function logPart(share: number, a: number, b: number, side: 'different' | 'below' | 'above'): number {
  if (side === 'different') return 0
  return side === 'below' ? logRegularizedBeta(share, a, b) : logRegularizedBeta(1 - share, b, a)
}
