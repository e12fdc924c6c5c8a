import type { Alert } from './alert.ts'

/** What is said where nothing fires any more. */
export const OVER_WORDS = 'It is over.'

/** What is to be done about what fires, besides telling of it. */
export type Following =
  /** `isQuiet`: it is of a release that serves no more, for the issue alone. */
  | { next: 'nothing'; words: string; isQuiet: boolean }
  /** A person has to look. */
  | { next: 'look'; words: string }
  /** The model is to be trained anew because of these. */
  | { next: 'retrain'; because: Alert[] }

/**
 * Breakage is never trained on, whatever else fires beside it.
 *
 * @param champion the version that serves, where that is known: what is about another one is over
 */
export function whatFollows(alerts: readonly Alert[], champion: string | undefined): Following {
  const about = alerts.filter(
    ({ release }) => release === '' || champion === undefined || release === champion,
  )
  if (about.length === 0) {
    const words = `${alerts[0]!.release} serves no more, but ${champion}: nothing is trained anew.`
    return { next: 'nothing', words, isQuiet: true }
  }
  if (about.some(({ kind }) => kind === 'breakage'))
    return {
      next: 'look',
      words: 'Something is broken: a person has to look. Nothing is trained on broken data.',
    }
  const because = about.filter(({ kind }) => kind === 'shift' || kind === 'concept')
  if (because.length === 0)
    return { next: 'nothing', words: 'Nothing is trained anew because of this.', isQuiet: false }
  return { next: 'retrain', because }
}

/** Why a model is trained anew, in a sentence. */
export function becauseWords(alerts: readonly Alert[]): string {
  return `Live data shows ${[...new Set(alerts.map(({ kind }) => kind))].sort().join(' and ')}.`
}
