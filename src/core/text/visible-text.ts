/**
 * Text from outside as it may stand in a log, an error or a cell: every character that would not be seen, or
 * would steer a terminal, is written out. Core never prints; whoever shows foreign text passes it through here.
 */

/**
 * Control characters become their pictures (`␊`, `␛`), all others nobody can see (C1, bidi overrides, zero-width,
 * line and paragraph separators, lone surrogates) become `\u202e`. The result is one line. Other text is untouched.
 */
export function visible(text: string): string {
  return ORDINARY.test(text) ? text : text.replace(UNSEEN, shown)
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

// --- internal ---

/** What most texts are: the tables of Unicode are not looked at for them. */
const ORDINARY = /^[\x20-\x7e]*$/
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

function shown(character: string): string {
  const code = character.codePointAt(0)!
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  const hex = code.toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
