import { maskPersonalData } from '../../secrets/secrets.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { type Answer, neededWords, type Scalar } from './answer.ts'
import { parseJsonPath, valueAt } from './json-path.ts'

/** What a web service has answered, held to what is asked for. `said` and `why` are plain and hold nothing private. */
export type Answered =
  | { state: 'met'; said: string }
  | { state: 'other'; why: string }
  /** Nobody can tell: that is no yes. */
  | { state: 'unknown'; why: string }

/** Only what is of the kind that is asked for, and equal, is a yes: `"true"` is not `true`, and nothing there is no answer. */
export function judgeAnswer(json: unknown, { at, is }: Pick<Answer, 'at' | 'is'>): Answered {
  const found = valueAt(json, parseJsonPath(at)!)
  const needed = [is].flat()
  const kinds = [...new Set(needed.map(one => KINDS[typeof one as Kind]))].join(' or ')
  if (found === undefined)
    return {
      state: 'unknown',
      why: `its answer has no \`${at}\`: correct \`at\`, or look at what it answers`,
    }
  if (!isScalar(found) || !needed.some(one => typeof one === typeof found))
    return {
      state: 'unknown',
      why: `\`${at}\` of its answer is ${kindOf(found)}, and ${kinds} is asked for: correct \`at\` or \`is\``,
    }
  const said = shownValue(found)
  if (needed.includes(found)) return { state: 'met', said }
  return { state: 'other', why: `\`${at}\` is ${said}, needed: ${shortened(neededWords({ is }), 100)}` }
}

// --- internal ---

type Kind = 'boolean' | 'number' | 'string'
const KINDS: Record<Kind, string> = { boolean: '`true` or `false`', number: 'a number', string: 'a text' }

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
}

function kindOf(value: unknown): string {
  if (isScalar(value)) return typeof value === 'boolean' ? `\`${value}\`` : KINDS[typeof value as Kind]
  return value === null ? '`null`' : Array.isArray(value) ? 'a list' : 'an object'
}

/** A state in a word or two is shown; any other text may be somebody's, and is not. */
function shownValue(value: Scalar): string {
  if (typeof value !== 'string') return String(value)
  const plain = visible(maskPersonalData(value))
  return /^[A-Za-z][A-Za-z_ -]{0,39}$/.test(plain) && plain === value ? plain : 'another text'
}
