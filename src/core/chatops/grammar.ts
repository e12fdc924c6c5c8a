import { ENVIRONMENT_NAME, METRIC_NAME, MODEL_NAME } from '../text/names.ts'
import { nearest } from '../text/nearest.ts'
import { shortened, visibleAscii } from '../text/visible-text.ts'

/**
 * Commands in comments: `/assay promote staging`. One is the first line of a comment that is not blank, from its first character
 * on, and nothing else of the comment is read: so what is quoted, in code, hidden or further down is no command.
 */

/** A row a command: how it is written, what it does, who may. */
export const COMMANDS = {
  help: { takes: [], reason: 'none', needs: 'nothing', does: 'what can be asked for here' },
  status: { takes: [], reason: 'none', needs: 'read', does: 'what serves where, and what waits for what' },
  promote: {
    takes: ['environment'],
    reason: 'none',
    needs: 'named',
    does: 'brings the promotion of a merged pull request up to date; a person still merges it where that is the rule',
  },
  rollback: {
    takes: ['environment'],
    reason: 'may be given',
    needs: 'named',
    does: 'proposes to return to the last healthy release',
  },
  hold: {
    takes: ['environment'],
    reason: 'needed',
    needs: 'write',
    does: 'lets nothing in, from its pull request on',
  },
  waive: {
    takes: ['gate', 'until'],
    reason: 'needed',
    needs: 'gates',
    does: 'proposes to let a gate fail until a day, for a reason of at least 10 characters; not for those who wrote the pull request',
  },
  'release-hold': {
    takes: ['environment'],
    reason: 'none',
    needs: 'named',
    does: 'proposes to lift the hold',
  },
  retrain: {
    takes: [],
    reason: 'may be given',
    needs: 'gates',
    does: 'has the model trained anew because of the version that serves; for the owners of its gates',
  },
  reweigh: {
    takes: [],
    reason: 'none',
    needs: 'gates',
    does: 'has the run that weighs this pull request done once more',
  },
} as const satisfies Record<string, CommandSpec>

interface CommandSpec {
  takes: readonly Operand[]
  /** After ` -- `. */
  reason: keyof Reasons
  needs: Need
  does: string
}

/**
 * What somebody has to be that a command is carried out: nothing; a reader or a writer of the deploy repository, where a no is
 * anybody's who may write to it; for what lets something in or back, one of those named for the environment. `gates`: what is
 * about the repository of the model is decided by functions of its own.
 */
type Need = 'nothing' | 'read' | 'write' | 'named' | 'gates'

/** What a command is told after its name, in this order. */
type Operand = keyof Operands

interface Operands {
  environment: string
  /** The metric or the name of the gate. */
  gate: string
  /** The last day that it may fail. */
  until: string
}

export type CommandName = keyof typeof COMMANDS

export type ChatCommand = CommandOf<CommandName>

/** A command with what its row says that it takes. */
export type CommandOf<N extends CommandName> = {
  [P in N]: { name: P; model?: string } & Pick<Operands, Row<P>['takes'][number]> & Reasons[Row<P>['reason']]
}[N]

type Row<N extends CommandName> = (typeof COMMANDS)[N]

interface Reasons {
  none: object
  'may be given': { reason?: string }
  needed: { reason: string }
}

export type Said =
  /** Not for us. */
  | { kind: 'nothing' }
  | { kind: 'command'; command: ChatCommand }
  /** For us, and not understood; one plain line. */
  | { kind: 'mistake'; what: string }

/** What the raw text of a comment asks for. Never throws, whatever the text. */
export function readComment(body: string): Said {
  const line = firstLine(body)
  if (!ADDRESSED.test(line)) return { kind: 'nothing' }
  if (line.length > MOST) return mistake(`the line is longer than ${MOST} characters`)
  const separator = /[ \t]--(?=[ \t]|$)/.exec(line)
  const head = separator ? line.slice(0, separator.index) : line
  const reason = separator ? line.slice(separator.index + separator[0].length).trim() : undefined
  const strange = /[^\x20-\x7e\t]/u.exec(head)?.[0]
  if (strange !== undefined)
    return mistake(`\`${visibleAscii(strange)}\` in it is no letter, digit or blank of a command`)
  const [, verb, ...words] = head.split(/[ \t]+/).filter(word => word !== '')
  if (verb === undefined) return mistake('it names no command')
  const name = verb.toLowerCase()
  if (!isCommand(name)) return unknownVerb(verb)
  return commandOf(name, words, reason)
}

/** How a command is written: `/assay hold ENVIRONMENT [MODEL] -- REASON`. */
export function usageOf(name: CommandName): string {
  const { takes, reason } = COMMANDS[name]
  const parts = ['/assay', name, ...takes.map(one => OPERANDS[one].usage)]
  if (!ALONE.has(name)) parts.push('[MODEL]')
  if (reason === 'needed') parts.push('-- REASON')
  if (reason === 'may be given') parts.push('[-- REASON]')
  return parts.join(' ')
}

// --- internal ---

/** Of no one model: a run weighs all that a pull request touches. */
const ALONE: ReadonlySet<CommandName> = new Set(['help', 'reweigh'])
const MOST = 1000
const MOST_REASON = 500
/** `/assay`, also as telephones write it, and then no further letter of another word. */
const ADDRESSED = /^\/assay(?![A-Za-z0-9_/.-])/i

function firstLine(body: string): string {
  for (const line of body.split(/\r\n|\n|\r/)) if (!/^[ \t]*$/.test(line)) return line
  return ''
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name)
}

/** How each is written, and what takes a word of a command for it. `until` is two words. */
const OPERANDS: Record<Operand, { usage: string; pattern: RegExp; is: string }> = {
  environment: { usage: 'ENVIRONMENT', pattern: ENVIRONMENT_NAME, is: 'an environment' },
  gate: { usage: 'GATE', pattern: METRIC_NAME, is: 'a gate' },
  until: { usage: 'until DATE', pattern: /^\d{4}-\d{2}-\d{2}$/, is: 'a day' },
}

function commandOf(name: CommandName, words: string[], reason: string | undefined): Said {
  const { takes, reason: wanted } = COMMANDS[name]
  const usage = `write \`${usageOf(name)}\``
  const given: Partial<Record<Operand, string>> = {}
  const left = [...words]
  for (const operand of takes) {
    const { pattern, is } = OPERANDS[operand]
    if (operand === 'until' && left[0]?.toLowerCase() === 'until') left.shift()
    const word = left.shift()
    if (word === undefined) return mistake(`${is} has to be named: ${usage}`)
    if (!pattern.test(word)) return mistake(`\`${shown(word)}\` is no name of ${is}: ${usage}`)
    given[operand] = word
  }
  const [model, ...more] = left
  if (ALONE.has(name) && model !== undefined) return mistake(`nothing follows it: ${usage}`)
  if (model !== undefined && !MODEL_NAME.test(model))
    return mistake(`\`${shown(model)}\` is no name of a model: ${usage}`)
  if (more.length > 0) return mistake(`\`${shown(more[0]!)}\` is one word too many: ${usage}`)
  if (wanted === 'needed' && !reason) return mistake(`a reason is needed: ${usage}`)
  if (wanted === 'none' && reason !== undefined) return mistake(`it takes no reason: ${usage}`)
  if (reason !== undefined && reason.length > MOST_REASON)
    return mistake(`the reason is longer than ${MOST_REASON} characters`)
  const said = { name, ...given, ...(model !== undefined && { model }), ...(reason && { reason }) }
  // Read by its very row: what that takes is there.
  return { kind: 'command', command: said as ChatCommand }
}

function unknownVerb(verb: string): Said {
  const meant = nearest(verb, Object.keys(COMMANDS))
  return mistake(`there is no command \`${shown(verb)}\`${meant ? `; did you mean \`${meant}\`?` : ''}`)
}

function mistake(what: string): Said {
  return { kind: 'mistake', what }
}

/** Between ticks: nothing ends them. */
function shown(word: string): string {
  return shortened(visibleAscii(word), 60).replaceAll('`', "'")
}
