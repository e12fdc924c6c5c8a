import type { JudgedFile } from '../../scan/judged.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { count } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import type { GateResult, Verdict } from '../result.ts'
import { worstOf } from './judge.ts'

/** The gate that every model with `scan` has: it passes where all of its files may be loaded, and nobody waives it. */
export function filesGate(files: readonly JudgedFile[]): GateResult {
  const refused = files.filter(({ mayBeLoaded }) => !mayBeLoaded)
  const passes = files.length > 0 && refused.length === 0
  return {
    ...RULE,
    verdict: passes ? 'pass' : 'fail',
    blocks: !passes,
    reason: shortened(refused.length > 0 ? refusedWords(refused, files.length) : passedWords(files), 600),
  }
}

/** The same in a result that other code wrote, which alone has seen the files: it counts as it says, and says nothing it is not green. */
export function filesGateAgain(claimed: readonly GateResult[]): GateResult {
  const said = claimed.find(({ name, metric }) => name === RULE.name && metric === RULE.metric)
  if (!said)
    return {
      ...RULE,
      verdict: 'inconclusive',
      blocks: true,
      reason: 'the run says nothing of the files of the model',
    }
  const { verdict, reason } = said
  return { ...RULE, verdict, blocks: verdict !== 'pass', reason: `the run says: ${reason}`.slice(0, 20_000) }
}

/** Files that can be loaded say nothing of how good the model is: they make no verdict green, and those that cannot make it red. */
export function verdictOf(rules: readonly GateResult[], files: GateResult | undefined): Verdict {
  const verdicts = rules.filter(({ waived }) => !waived).map(({ verdict }) => verdict)
  return worstOf(files && files.verdict !== 'pass' ? [...verdicts, files.verdict] : verdicts)
}

// --- internal ---

const RULE = { name: 'safe to load', metric: 'scan' } as const

function refusedWords(refused: readonly JudgedFile[], all: number): string {
  const [{ path, lines }] = refused as [JudgedFile]
  return `${refused.length} of ${count(all, 'file')} must not be loaded: \`${visible(maskPersonalData(path))}\`: ${lines[0]} (\`assay scan\` says all)`
}

function passedWords(files: readonly JudgedFile[]): string {
  if (files.length === 0) return 'the folder that `scan` names has no file'
  const allowed = files.filter(({ verdict }) => verdict === 'allowed')
  const hashes = files.map(
    ({ path, sha256 }) => `\`${visible(maskPersonalData(path))}\` sha256 ${sha256.slice(0, 12)}`,
  )
  const by = allowed.length > 0 ? `, ${allowed.length} of them by what a person allowed` : ''
  return `${count(files.length, 'file')} can be loaded without running anything else${by}: ${hashes.join(', ')}`
}
