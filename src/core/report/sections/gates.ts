import { count } from '../../text/numbers.ts'
import type { GateResult, Result } from '../../verdict/result.ts'
import { inline, sentence } from '../words/escape.ts'
import { VERDICT_SIGNS, VERDICT_WORDS } from '../words/words.ts'

/** How much the open gates may say: gates named, and characters of a reason. Failures are always named first. */
export interface GateRoom {
  gates: number
  text: number
}

/** One line a gate, what blocks first: verdict, rule, the numbers that decided. */
export function gatesSection(result: Result, room: GateRoom): string {
  const gates = gatesInOrder(result)
  if (gates.length === 0) return ''
  const lines = gates.slice(0, room.gates).map(gate => gateLine(gate, room.text))
  const more = gates.length - lines.length
  if (more > 0) lines.push(`- … ${count(more, 'more gate')}`)
  return `**Gates** (${summary(result.gates)})\n\n${lines.join('\n')}`
}

/** What blocks first, then what is open, waived, passed. */
export function gatesInOrder({ gates }: Result): GateResult[] {
  return [...gates].sort((a, b) => rankOf(a) - rankOf(b))
}

/** With one mark at its end. */
export function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

// --- internal ---

function rankOf(gate: GateResult): number {
  if (gate.blocks) return gate.verdict === 'fail' ? 0 : 1
  if (gate.verdict === 'pass') return 4
  return gate.waived ? 3 : 2
}

function summary(gates: GateResult[]): string {
  const waived = gates.filter(gate => gate.waived).length
  const kinds = (['pass', 'fail', 'inconclusive', 'not_comparable'] as const).map(verdict => {
    const number = gates.filter(gate => !gate.waived && gate.verdict === verdict).length
    const word = {
      pass: 'passed',
      fail: 'failed',
      inconclusive: 'cannot tell',
      not_comparable: 'not comparable',
    }
    return number > 0 ? `${number} ${word[verdict]}` : ''
  })
  return [...kinds, waived > 0 ? `${waived} waived` : ''].filter(Boolean).join(', ')
}

function gateLine(gate: GateResult, text: number): string {
  const word = VERDICT_WORDS[gate.verdict]
  const name = inline(gate.name, Math.min(200, text))
  const reason = endSentence(sentence(gate.reason, text))
  if (gate.waived) {
    const { until, author, reason: why } = gate.waived
    return `- 🟡 **${word}, waived** until ${inline(until, 30)} by ${inline(author, 60)} (${inline(why, text)}): ${name} — ${reason}`
  }
  return `- ${VERDICT_SIGNS[gate.verdict]} **${word}**: ${name} — ${reason}`
}
