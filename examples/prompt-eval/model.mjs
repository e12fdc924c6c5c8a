import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * A model that only repeats: what was answered once to a prompt, question by question, three tries of each. In a repository of
 * your own this is a call of your model.
 */
export function ask(prompt, question, attempt) {
  const name = createHash('sha256').update(prompt).digest('hex').slice(0, 8)
  const file = new URL(`recorded/${name}.json`, import.meta.url)
  let answers
  try {
    answers = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Error(
      `Nothing was recorded of this prompt (recorded/${name}.json). The README has the two prompts that were.`,
    )
  }
  return answers[question][attempt]
}
