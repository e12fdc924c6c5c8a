import { createHash } from 'node:crypto'
import { formatNumber } from '../text/numbers.ts'
import type { GateResult, Result, SliceRow } from '../verdict/result.ts'
import { gatesInOrder } from './sections/gates.ts'
import { headlineOf } from './sections/headline.ts'
import { plain, plainSentence } from './words/escape.ts'
import { plainPhrase } from './words/phrase.ts'
import { outcomeWords, worstSlices } from './words/words.ts'

type Severity = 'info' | 'minor' | 'major' | 'critical' | 'blocker'

/** One finding, with those fields of Code Climate's format that forges read, and no other. */
export interface Finding {
  description: string
  check_name: string
  /** The same rule, model and slice have the same one in every run, whatever the numbers: a widget tells new from known by it. */
  fingerprint: string
  severity: Severity
  location: { path: string; lines: { begin: number } }
}

/**
 * Results as findings on the configuration file, JSON: every gate that did not pass, the slices that lost, a command that
 * died. A list that is empty says that all passed or nothing was judged.
 *
 * The format is a part of the one of Code Climate (codeclimate/platform, spec/analyzers/SPEC.md).
 */
export function renderCodeQuality(results: Result[], configFile: string): string {
  const location = { path: configFile.replace(/^(?:\.\/)+/, ''), lines: { begin: 1 } }
  const findings = results.flatMap(result => partsOf(result))
  const list = withOwnFingerprints(findings).map((finding): Finding => ({ ...finding, location }))
  return `${JSON.stringify(list, null, 2)}\n`
}

// --- internal ---

type Part = Omit<Finding, 'location'>

const MOST_SLICES = 20

function partsOf(result: Result): Part[] {
  if (result.state === 'skipped') return []
  if (result.state !== 'judged') return [overall(result, 'blocker')]
  const gates = gatesInOrder(result).filter(gate => gate.verdict !== 'pass' || gate.blocks)
  const parts = [
    ...gates.map(gate => gatePart(result, gate)),
    ...worstSlices(result, MOST_SLICES)
      .filter(row => row.outcome === 'fail' || row.outcome === 'inconclusive')
      .map(row => slicePart(result, row)),
  ]
  return parts.length === 0 && result.verdict !== 'pass' ? [overall(result, 'major')] : parts
}

function overall(result: Result, severity: Severity): Part {
  const { verdict, meaning, why } = headlineOf(result)
  return {
    description: described(result, `${verdict}, ${meaning}. ${plainPhrase(why).trim()}`),
    check_name: `assay/${result.state}`,
    fingerprint: fingerprint(result.model, result.state),
    severity,
  }
}

function gatePart(result: Result, gate: GateResult): Part {
  return {
    description: described(result, `${plain(gate.name)}: ${gate.reason}`),
    check_name: plain(`assay/${gate.metric}`, 200),
    fingerprint: fingerprint(result.model, 'gate', gate.name),
    severity: severityOf(gate),
  }
}

function severityOf(gate: GateResult): Severity {
  if (gate.waived) return 'info'
  if (gate.blocks) return gate.verdict === 'fail' ? 'critical' : 'major'
  return 'minor'
}

function slicePart(result: Result, row: SliceRow): Part {
  const change =
    row.candidate === undefined || row.baseline === undefined
      ? ''
      : `, ${formatNumber(row.candidate)} against ${formatNumber(row.baseline)}`
  return {
    description: described(
      result,
      `${plain(row.metric)} in ${plain(`${row.column} = ${row.value}`)}: ${outcomeWords(row)}${change}`,
    ),
    check_name: plain(`assay/${row.metric}/slice`, 200),
    fingerprint: fingerprint(result.model, 'slice', row.metric, row.column, row.value),
    severity: row.outcome === 'fail' ? 'major' : 'info',
  }
}

function described({ model }: Result, text: string): string {
  return plainSentence(`${plain(model)}: ${text}`, 1000)
}

/** Of the parts as JSON, so that no two lists of parts are one text. */
function fingerprint(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** Of two findings with one fingerprint only the first is shown: rules of one name are told apart by their order. */
function withOwnFingerprints(parts: Part[]): Part[] {
  const seen = new Map<string, number>()
  return parts.map(part => {
    const before = seen.get(part.fingerprint) ?? 0
    seen.set(part.fingerprint, before + 1)
    return before === 0 ? part : { ...part, fingerprint: fingerprint(part.fingerprint, String(before)) }
  })
}
