import { readFileSync, writeFileSync } from 'node:fs'
import { ask } from './model.mjs'

/** Asks every question three times, looks for what the answer must hold, and writes it down as promptfoo does. */

const TRIES = 3
const prompt = readFileSync('prompt.txt', 'utf8')
const questions = JSON.parse(readFileSync('questions.json', 'utf8'))

const results = questions.flatMap(({ name, question, expect }) =>
  Array.from({ length: TRIES }, (_, attempt) => {
    const output = ask(prompt, question, attempt)
    const success = expect.every(words => output.toLowerCase().includes(words.toLowerCase()))
    const short = Math.min(1, 60 / output.length)
    return {
      promptIdx: 0,
      testCase: { description: name, vars: { question }, assert: [{ type: 'icontains-all', value: expect }] },
      vars: { question },
      response: { output },
      success,
      score: success ? 1 : 0,
      namedScores: { short },
    }
  }),
)

writeFileSync('results.json', `${JSON.stringify({ results: { version: 3, results } }, null, 1)}\n`)
