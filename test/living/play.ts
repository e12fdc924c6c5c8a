import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect } from 'vitest'
import { parseInvocation } from '../../cli/arguments.ts'
import type { Context } from '../../src/commands/command/context.ts'
import { isAssayError } from '../../src/core/errors/errors.ts'
import { renderError } from '../../src/core/text/error-text.ts'
import { gitEnvironment } from '../support/git-repository.ts'
import type { Step, Story } from './page.ts'

export interface Place {
  /** Where the story begins: `cd` goes on from here. */
  folder: string
  /** The world of the commands, there. */
  contextIn(folder: string): Context
  /** Where the story goes on, where the page says so. */
  places: Record<string, () => string>
  /** What happens where the page names an event. */
  events: Record<string, () => void>
}

/** Runs a command in the shell. Commits are of one time, and so have the same id in every run, which chance is seeded by. */
export function inShell(command: string, folder: string): string {
  const at = '2026-05-31T12:00:00+02:00'
  const env = { ...gitEnvironment(), GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }
  return execFileSync('bash', ['-eu', '-o', 'pipefail', '-c', command], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  })
}

/** Does what the page says, and holds what it shows to what is printed. */
export async function play({ steps }: Story, place: Place): Promise<void> {
  let folder = place.folder
  let printed: string[] = []
  for (const step of steps) {
    if (step.kind === 'file' || step.kind === 'edit') {
      write(folder, step)
      printed = []
    } else if (step.kind === 'event') {
      folder = happens(place, step.name) ?? folder
      printed = []
    } else if (step.kind === 'output') expectPieces(step.pieces, printed)
    else
      for (const line of step.lines) {
        if (line.startsWith('cd ')) folder = resolve(folder, line.slice(3))
        else printed.push(...(await outputOf(line, folder, place)).split('\n'))
      }
  }
}

// --- internal ---

function write(folder: string, step: Extract<Step, { kind: 'file' | 'edit' }>): void {
  const path = join(folder, step.path)
  mkdirSync(dirname(path), { recursive: true })
  if (step.kind === 'file') {
    writeFileSync(path, step.text)
    return
  }
  const text = readFileSync(path, 'utf8')
  expect(text.split(step.before), `${step.path} holds once:\n${step.before}`).toHaveLength(2)
  writeFileSync(
    path,
    text.replace(step.before, () => step.after),
  )
}

/** The folder that the story goes on in, where that is another. */
function happens({ places, events }: Place, name: string): string | undefined {
  const event = events[name]
  if (!event && !places[name]) throw new Error(`the page names an event that nothing plays: ${name}`)
  event?.()
  return places[name]?.()
}

/** What a command prints. A comment behind it is the reader's. */
async function outputOf(line: string, folder: string, place: Place): Promise<string> {
  const command = line.replace(/\s+# .*$/, '')
  if (!/^assay\b/.test(command)) {
    return inShell(command, folder)
  }
  const context = place.contextIn(folder)
  const words = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]!)
  try {
    const { text, exitCode } = await parseInvocation(words.slice(1), context.now()).run(context)
    return `${text}\nexit code ${exitCode}`
  } catch (error) {
    if (!isAssayError(error)) throw error
    return `${renderError(error)}\nexit code 2`
  }
}

/** Each piece stands in what was printed, in this order, whatever the ids and times are. */
function expectPieces(pieces: string[][], printed: string[]): void {
  const lines = printed.map(plain).filter(line => line !== '')
  let from = 0
  for (const piece of pieces) {
    const wanted = piece.map(plain)
    const at = lines.findIndex(
      (_, index) => index >= from && wanted.every((line, n) => lines[index + n] === line),
    )
    if (at < 0) expect(lines.slice(from).join('\n'), 'what is printed').toContain(wanted.join('\n'))
    from = at + wanted.length
  }
}

function plain(line: string): string {
  return line
    .trim()
    .replaceAll(/\b(?=\w*\d)[0-9a-f]{7,64}\b/g, 'ID')
    .replaceAll(/\b\d+(?:\.\d+)? s\b/g, 'SECONDS')
}
