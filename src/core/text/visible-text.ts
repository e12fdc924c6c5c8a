/**
 * Text from outside as it may stand in a log, an error or a cell: every character that would not be seen, or
 * would steer a terminal, is written out. Core never prints; whoever shows foreign text passes it through here.
 */

/**
 * Control characters become their pictures (`␊`, `␛`), all others nobody can see (C1, bidi overrides, zero-width,
 * line and paragraph separators, lone surrogates) become `\u202e`. The result is one line. Other text is untouched.
 */
export function visible(text: string): string {
  return ORDINARY.test(text) ? text : text.replace(unseen(), shown)
}

/** Whether every character of a text can be seen, on one line. */
export function isVisible(text: string): boolean {
  return visible(text) === text
}

/** As `visible`, but everything outside printable ASCII is written out: for names, where `а` may pose as `a`. */
export function visibleAscii(text: string): string {
  return visible(text).replace(/[^\x20-\x7e\u2400-\u2421]/gu, shown)
}

/** At most `limit` characters, the rest replaced by `…`. */
export function shortened(text: string, limit = 60): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`
}

/**
 * One line that a CI runner prints and does not obey. Runners take `::command::` at the start of a line (after
 * any white space) and `##[command]`, `##vso[command]` anywhere in it as orders.
 */
export function safeLogLine(text: string): string {
  const line = visible(text).replace(/##(\w*)\[/g, '##$1\\[')
  return /^\s*::/.test(line) ? line.replace('::', '\\::') : line
}

/**
 * A pattern that asks for properties of Unicode (`\p{L}`), made when it is first needed. The engine makes tables of all of Unicode
 * of each such property that it reads in a script, also where the pattern is never used: two dozen of them were a twentieth of a
 * report's processor time.
 *
 * @param source as between the slashes of a literal: `String.raw` spares doubling its backslashes
 */
export function latePattern(source: string, flags: string): () => RegExp {
  let made: RegExp | undefined
  return () => {
    made ??= new RegExp(source, flags)
    return made
  }
}

// --- internal ---

/** What most texts are, our own with their dashes, arrows and lines too: the tables of Unicode are not looked at for them. */
const ORDINARY =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u27bf]*$/
const unseen = latePattern(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]`, 'gu')

function shown(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  const hex = code.toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
