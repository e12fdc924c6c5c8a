import { type AskedTime, parseAskedTime, whyNotAsked } from '../../core/text/asked-time.ts'
import { NEITHER, parseBoolean } from '../../core/text/boolean.ts'
import { secondsOf, WAIT_FIX, whyNoWait } from '../../core/text/duration.ts'
import { didYouMean } from '../../core/text/nearest.ts'

/**
 * The kinds of options: how each is written, what a command gets of it, and what is said of a text that is none. A kind more is a
 * line in `Details` and a row of `KINDS`.
 */
export type OptionSpec = SpecOf<Kind>

/** What a command gets of an option. */
export type OptionValue<S extends OptionSpec> = S extends { kind: 'choice'; choices: readonly (infer C)[] }
  ? C
  : Values[S['kind']]

/** The kind of value as help shows it, `--config <file>`; undefined for a flag, which needs none. */
export function valueWord<K extends Kind>(spec: SpecOf<K>): string | undefined {
  return KINDS[spec.kind].word(spec)
}

/** The texts that may be given, where they are few enough to be listed. */
export function choicesOf(spec: OptionSpec): readonly string[] | undefined {
  if (spec.kind === 'boolean') return ['true', 'false']
  return spec.kind === 'choice' ? spec.choices : undefined
}

/** What a text says, or what is wrong with it and what may stand there. `now` in milliseconds. */
export function readText<K extends Kind>(
  spec: SpecOf<K>,
  text: string,
  now: number,
): { value: Values[K] } | Refusal {
  const kind = KINDS[spec.kind]
  const value = kind.read(text, spec, now)
  return value === undefined ? kind.refuse(spec, text, now) : { value }
}

/** What is wrong with a text, to follow it (`--timeout 5` is no duration), and what may stand there. */
export interface Refusal {
  wrong: string
  fix: string
}

/** Of flags and of what is always with a value. */
export const NOT_BOOLEAN: Refusal = { wrong: 'is neither true nor false', fix: NEITHER }

// --- internal ---

/** What an option of a kind says beside its help and its default. */
interface Details {
  /** Off unless it is named; a face that always hands over a value may say `true` or `false`. */
  flag: { default?: undefined }
  /** True or false, and always with a value. */
  boolean: object
  /** A text. `value` says of what kind it is; `rule` refuses those that are not. */
  text: { value: string; rule?: (text: string) => Refusal | undefined }
  /** A whole number from one on: what pull requests have. */
  number: object
  duration: object
  choice: { choices: readonly string[] }
  /** A day or an instant in the past. */
  time: object
}

interface Values {
  flag: boolean
  boolean: boolean
  text: string
  number: number
  /** Seconds. */
  duration: number
  choice: string
  time: AskedTime
}

type Kind = keyof Details

type SpecOf<K extends Kind> = {
  [P in K]: {
    kind: P
    help: string
    /** As it would be given. */
    default?: string
  } & Details[P]
}[K]

interface Row<K extends Kind> {
  word(spec: SpecOf<K>): string | undefined
  /** Undefined for a text that is no such value. */
  read(text: string, spec: SpecOf<K>, now: number): Values[K] | undefined
  refuse(spec: SpecOf<K>, text: string, now: number): Refusal
}

const KINDS: { [K in Kind]: Row<K> } = {
  flag: { word: () => undefined, read: parseBoolean, refuse: () => NOT_BOOLEAN },
  boolean: { word: () => 'true|false', read: parseBoolean, refuse: () => NOT_BOOLEAN },
  text: {
    word: ({ value }) => value,
    read: (text, { rule }) => (text.trim() === '' || rule?.(text) ? undefined : text),
    refuse: ({ rule }, text) =>
      (text.trim() === '' ? undefined : rule?.(text)) ?? {
        wrong: 'is empty',
        fix: 'give a value, or leave the option out',
      },
  },
  number: {
    word: () => 'number',
    read: text => (/^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined),
    refuse: () => ({ wrong: 'is no number', fix: 'a whole number from 1 on, in digits alone: `7`' }),
  },
  duration: {
    word: () => 'duration',
    read: text => (whyNoWait(text) === undefined ? secondsOf(text) : undefined),
    refuse: (_, text) => ({ wrong: whyNoWait(text) ?? '', fix: WAIT_FIX }),
  },
  choice: {
    word: ({ choices }) => choices.join('|'),
    read: (text, { choices }) => choices.find(one => one === text),
    refuse({ choices }, text) {
      return {
        wrong: `is none of ${choices.join(', ')}`,
        fix: didYouMean(text, choices) ?? 'name one of them',
      }
    },
  },
  time: {
    word: () => 'day or instant',
    read: (text, _, now) => parseAskedTime(text, now),
    refuse: (_, text, now) => ({
      wrong: whyNotAsked(text, now),
      fix: 'a day such as `2026-05-20`, which is taken in UTC, or an instant such as `2026-05-20T14:00:00Z`',
    }),
  },
}
