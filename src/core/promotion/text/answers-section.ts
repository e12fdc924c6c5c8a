import { code } from '../../report/words/escape.ts'
import type { PromotionText } from './text.ts'

/** What web services must say of it; empty where nobody is asked. */
export function answersSection({ answers = [], kind, canary }: PromotionText): string {
  if (answers.length === 0 || kind === 'rollback' || canary?.step === 'take_back') return ''
  const lines = answers.map(
    ({ name, host, at, needed }) =>
      `- ${code(name)}: ${code(at, 300)} of ${code(host, 300)} must be ${code(needed, 200)}`,
  )
  return `**Asked at every look** until it is merged; the status says what was answered last.\n\n${lines.join('\n')}`
}
