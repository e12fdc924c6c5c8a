import { maskPersonalData } from '../secrets/secrets.ts'
import type { GateResult, Result } from '../verdict/result.ts'
import { endSentence, gatesInOrder } from './sections/gates.ts'
import { headlineOf } from './sections/headline.ts'
import { plain, plainSentence } from './words/escape.ts'
import { plainPhrase } from './words/phrase.ts'
import { failureTitle, VERDICT_WORDS } from './words/words.ts'

/**
 * Results as a JUnit file: one suite a model, one test case a gate. A gate that blocks is a failure, a command that died
 * an error; what cannot tell, is waived or was skipped is a skipped case with its reason. No model without a case, and
 * none whose cases are all green unless its verdict is `pass`. `pending` are models that are to be judged still: errors, so
 * that the file of a run that is killed does not look like one that went well.
 *
 * Elements and attributes are those of `junit-10.xsd` of Jenkins' xUnit plugin that other readers know as well.
 */
export function renderJunit(results: Result[], pending: string[] = []): string {
  const suites = [
    ...results.map(result => ({ name: plain(result.model), cases: casesOf(result) })),
    ...pending.map(name => ({ name: plain(name), cases: [PENDING] })),
  ]
  const all = suites.flatMap(suite => suite.cases)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="assay" tests="${all.length}" failures="${count(all, 'failure')}" errors="${count(all, 'error')}">`,
    ...suites.flatMap(({ name, cases }) => [
      `  <testsuite name=${attribute(name)} tests="${cases.length}" failures="${count(cases, 'failure')}" errors="${count(cases, 'error')}" skipped="${count(cases, 'skipped')}">`,
      ...cases.map(one => renderCase(name, one)),
      '  </testsuite>',
    ]),
    '</testsuites>',
  ]
  return `${lines.join('\n')}\n`
}

// --- internal ---

interface Case {
  name: string
  /** Undefined: passed. */
  ending?: { kind: 'failure' | 'error' | 'skipped'; type: string; message: string; text: string }
}

const MOST_SLICES = 50
/** Characters at the end of a log that died: its cause stands there. */
const MOST_LOG = 20_000

const NOT_JUDGED = 'The run ended before this model was judged.'
const PENDING: Case = {
  name: 'verdict',
  ending: { kind: 'error', type: 'not judged', message: NOT_JUDGED, text: `${NOT_JUDGED} The log says why.` },
}

function casesOf(result: Result): Case[] {
  const verdict = verdictCase(result)
  if (result.state !== 'judged') return [verdict]
  const gates = withOwnNames(gatesInOrder(result).map(gateCase))
  // The verdict is a case of its own where the gates alone would show something else.
  const shown = result.blocks
    ? count(gates, 'failure') > 0
    : result.verdict === 'pass'
      ? gates.length > 0
      : gates.some(one => one.ending)
  return shown ? gates : [verdict, ...gates]
}

function verdictCase(result: Result): Case {
  const { verdict, meaning, why } = headlineOf(result)
  const message = `${verdict}: ${meaning}`
  const text = `${message}. ${plainPhrase(why).trim()}${logOf(result)}`
  if (result.state === 'training_failed' || result.state === 'evaluation_failed')
    return {
      name: result.state === 'training_failed' ? 'training' : 'evaluation',
      ending: { kind: 'error', type: result.state, message, text },
    }
  if (result.blocks) return { name: 'verdict', ending: { kind: 'failure', type: verdict, message, text } }
  return { name: 'verdict', ending: { kind: 'skipped', type: verdict, message, text } }
}

function gateCase(gate: GateResult): Case {
  const word = VERDICT_WORDS[gate.verdict]
  if (gate.verdict === 'pass' && !gate.blocks) return { name: gate.name }
  const { waived } = gate
  const said = waived
    ? `${word}, waived until ${plain(waived.until)} by ${plain(waived.author)}: ${plain(waived.reason)}`
    : word
  const failed = (gate.slices?.failed ?? []).map(name => plain(name))
  const more = failed.length > MOST_SLICES ? [`and ${failed.length - MOST_SLICES} more slices`] : []
  return {
    name: gate.name,
    ending: {
      kind: gate.blocks ? 'failure' : 'skipped',
      type: word,
      message: `${word}: ${gate.reason}`,
      text: [`${said}. ${endSentence(gate.reason)}`, ...failed.slice(0, MOST_SLICES), ...more].join('\n'),
    },
  }
}

/** Readers take cases of one name for one case, and drop those of none: the second of a name gets a number. */
function withOwnNames(cases: Case[]): Case[] {
  const taken = new Set<string>()
  return cases.map(one => {
    const base = plain(one.name).trim() || '(empty)'
    let name = base
    for (let number = 2; taken.has(name); number++) name = `${base} (${number})`
    taken.add(name)
    return { ...one, name }
  })
}

function logOf({ failure }: Result): string {
  const output = failure?.tail.trimEnd() ?? ''
  if (!failure || output.trim() === '') return ''
  return `\n${failureTitle(failure)}:\n${maskPersonalData(output.slice(-MOST_LOG))}`
}

function renderCase(model: string, { name, ending }: Case): string {
  const head = `    <testcase classname=${attribute(`assay.${model}`)} name=${attribute(name)}`
  if (!ending) return `${head}/>`
  const { kind, type, message, text } = ending
  // Some readers show the attribute and some the text, so both say it.
  const body = text.split(/\r?\n/).map(line => escaped(plainSentence(line)))
  return `${head}><${kind} type=${attribute(type)} message=${attribute(message)}>${body.join('\n')}</${kind}></testcase>`
}

function attribute(text: string): string {
  return `"${escaped(plainSentence(text))}"`
}

/** `plain` leaves no control character and no lone surrogate; two more code points are no characters of XML 1.0. */
function escaped(text: string): string {
  return text
    .replace(/[\ufffe\uffff]/g, character => `\\u${character.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"]/g, character => ENTITIES[character as keyof typeof ENTITIES])
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function count(cases: Case[], kind: NonNullable<Case['ending']>['kind']): number {
  return cases.filter(one => one.ending?.kind === kind).length
}
