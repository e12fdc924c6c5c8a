import { styleText } from 'node:util'

/** Tells what happens, one line a step with the time since the start. Colours only on a terminal. */
export interface Narrator {
  heading(text: string): void
  step(text: string): void
  /** A block of text, indented under the last step. */
  quote(text: string): void
  say(text?: string): void
}

/** Thrown where nobody reads on (`npm run demo | head`): the story ends there. */
export class ReaderGone extends Error {}

export function narrateTo(stream: NodeJS.WritableStream, now: () => number): Narrator {
  const start = now()
  let gone = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    gone = true
  })
  const styled = (style: 'bold' | 'dim', text: string) => styleText(style, text, { stream })
  const line = (text: string) => {
    if (gone) throw new ReaderGone()
    stream.write(`${text}\n`)
  }
  return {
    heading: text => line(`\n${styled('bold', text)}`),
    step: text => line(`${styled('dim', `${secondsSince(start, now()).padStart(6)} s`)}  ${text}`),
    quote: text => line(`\n${text.replace(/^/gm, `  ${styled('dim', '│')} `)}\n`),
    say: text => line(text ?? ''),
  }
}

// --- internal ---

function secondsSince(start: number, now: number): string {
  return ((now - start) / 1000).toFixed(1)
}
