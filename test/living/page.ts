import { readFileSync } from 'node:fs'

/** The page as what a reader does and sees: a story a heading, its steps in the order that they stand in. */

export interface Story {
  title: string
  steps: Step[]
}

export type Step =
  /** A whole file: its name is the first line, as a comment. */
  | { kind: 'file'; path: string; text: string }
  /** Lines of a file in place of others, or behind those that stay. */
  | { kind: 'edit'; path: string; before: string; after: string }
  | { kind: 'commands'; lines: string[] }
  /** What the commands since the last file or edit print, in pieces; between two of them may be more. */
  | { kind: 'output'; pieces: string[][] }
  /** What nobody types: the pull request is merged, a night goes by. */
  | { kind: 'event'; name: string }

/** @throws Error at a block that nothing would be done with */
export function readStories(path: string): Story[] {
  const [, ...parts] = readFileSync(path, 'utf8').split(/^## /m)
  return parts.map(part => ({
    title: part.slice(0, part.indexOf('\n')),
    steps: [...part.matchAll(/^```(\w+)\n([\s\S]*?)^```$|^<!-- test: ([\w ]+) -->$/gm)].map(
      ([, language, text, event]) =>
        event === undefined ? stepOf(language!, text!) : { kind: 'event', name: event },
    ),
  }))
}

// --- internal ---

function stepOf(language: string, text: string): Step {
  if (language === 'sh')
    return {
      kind: 'commands',
      lines: text
        .replaceAll('\\\n', '')
        .split('\n')
        .filter(line => line !== ''),
    }
  if (language === 'text') return { kind: 'output', pieces: piecesOf(text) }
  const path = /^# (\S+)/.exec(text)?.[1]
  if (path === undefined) throw new Error(`a block of ${language} that does not name its file:\n${text}`)
  if (language !== 'diff') return { kind: 'file', path, text }
  const lines = text.trimEnd().split('\n').slice(1)
  const side = (sign: string) =>
    lines
      .filter(line => line[0] === ' ' || line[0] === sign)
      .map(line => `${line.slice(1)}\n`)
      .join('')
  return { kind: 'edit', path, before: side('-'), after: side('+') }
}

function piecesOf(text: string): string[][] {
  return text
    .split(/^…\n/m)
    .map(piece => piece.split('\n').filter(line => line.trim() !== ''))
    .filter(piece => piece.length > 0)
}
