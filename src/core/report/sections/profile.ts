import { count } from '../../text/numbers.ts'
import type { Result } from '../../verdict/result.ts'
import { sentence } from '../words/escape.ts'

/** What live traffic can be held against once this is released, in one sentence; and what would make it better. */
export function profileWords({ profile }: Result): { is: string; advice: string[] } | undefined {
  if (!profile || (profile.hash === undefined && profile.advice.length === 0)) return undefined
  const { hash, features = 0, rows = 0, advice } = profile
  if (hash === undefined) return { is: 'there is none, so drift of live traffic will be unknown.', advice }
  const of = features > 0 ? `${count(features, 'feature')} of ${count(rows, 'row')}` : 'score and predictions'
  return { is: `live traffic can be held against ${of}.`, advice }
}

/** As one line of Markdown. */
export function profileSection(result: Result, most: number, text: number): string {
  const words = profileWords(result)
  if (!words) return ''
  return [`**Profile**: ${words.is}`, ...words.advice.slice(0, most).map(one => sentence(one, text))].join(
    ' ',
  )
}
