import { visible } from './visible-text.ts'

/**
 * Output of the user's commands as a log may show it. Who writes to a terminal or a CI's log speaks to it too: escape sequences
 * move the cursor, set titles and clipboards and hide text, and CIs take lines for orders.
 */

/**
 * A line (its end is left alone) without escape sequences; control characters become visible, but for tabs. Sequences go before
 * anything else looks at the text: a secret with one in its middle is a secret.
 *
 * @param colours keeps sequences that only colour text: for a terminal
 */
export function plainLine(line: string, { colours = false } = {}): string {
  const [, text = '', end = ''] = /^([\s\S]*?)([\r\n]*)$/.exec(line) ?? []
  const parts = text.split(SEQUENCE)
  return (
    parts
      .map((part, at) => (at % 2 === 0 ? shown(part) : colours && COLOUR.test(part) ? part : ''))
      .join('') + end
  )
}

/** As `plainLine`, for the log of a CI: also without what runners take for orders or sections in the middle of a line. */
export function plainLogLine(line: string): string {
  return plainLine(line)
    .replace(/##(\w*)\[/g, '##$1\\[')
    .replace(/\bsection_(start|end):(?=\d)/g, 'section_$1\\:')
}

// --- internal ---

/**
 * ECMA-48: control sequences, strings up to their terminator (or the end of the line: those that are cut off), other escape
 * sequences, and their one-character forms (C1). In parentheses, so that `split` keeps them.
 */
const SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /((?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[PX\]^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~])/

// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const COLOUR = /^\x1b\[[\d;:]*m$/

function shown(text: string): string {
  return text.split('\t').map(visible).join('\t')
}
