import { maskPersonalData } from '../secrets.ts'
import { shortened, visible } from '../visible-text.ts'

/**
 * Untrusted text (metric names, slice values, class labels, file names, messages) as inline Markdown. Whatever it holds, it
 * is shown as text: it cannot break a table, mention anybody, refer to an issue, link, load an image, start HTML, forge our
 * marker or run a command of the forge. Ordinary names stay as they are, so that e-mail and phones can be read.
 */

/** Breaks what a forge would act on and a reader would not miss. */
const BREAK = '\u200b'

/** One piece of inline text, at most `limit` characters of it; personal data masked. */
export function inline(text: string, limit = 80): string {
  const shown = shortened(maskPersonalData(visible(text.replaceAll('\u200b', ''))), limit)
  return neutral(shown)
}

/** A longer sentence of ours with untrusted names in it: the same, without a limit on its length. */
export function sentence(text: string): string {
  return neutral(visible(text))
}

/** Text of a command or a log in a fence that nothing in it can close. */
export function fenced(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(3, ...runs.map(run => run.length + 1)))
  const lines = text.split(/\r?\n/).map(line => visible(line).replaceAll('<!--', `<${BREAK}!--`))
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`
}

// --- internal ---

/** Characters that mean nothing to Markdown or a forge wherever they stand. */
const PLAIN = /[A-Za-z0-9 .,;=?%/()+×≥≤→…–—±−-]/

function neutral(text: string): string {
  const broken = text
    .replace(/(https?|ftp|mailto|javascript|data|file):/gi, `$1${BREAK}:`)
    .replace(/\bwww\./gi, match => `${match.slice(0, 3)}${BREAK}.`)
    .replace(/([@#!~$%&^])(?=[\w"'[({-])/g, `$1${BREAK}`)
    .replace(/\b(GH-)(?=\d)/gi, `$1${BREAK}`)
    .replace(/:(?=[A-Za-z+-])/g, `:${BREAK}`)
    .replace(/\b[0-9a-f]{7,64}\b/gi, run =>
      /\d/.test(run) && /[a-f]/i.test(run) ? `${run.slice(0, 4)}${BREAK}${run.slice(4)}` : run,
    )
  const characters = [...broken]
  return characters
    .map((character, index) => {
      if (character === '_' && isWord(characters[index - 1]) && isWord(characters[index + 1]))
        return character
      if (character === "'" || character === ':' || character === BREAK) return character
      if (
        PLAIN.test(character) ||
        character.codePointAt(0)! > 0x2fff ||
        (/\p{L}|\p{N}|\p{S}/u.test(character) && character.codePointAt(0)! > 0x7f)
      )
        return character
      return `&#${character.codePointAt(0)};`
    })
    .join('')
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9]/.test(character)
}
