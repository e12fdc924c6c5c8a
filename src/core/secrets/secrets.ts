/**
 * Keeps secrets and personal data out of everything that is shown. Redact before rendering: a renderer may
 * escape a secret into a form that is no longer recognised here.
 */

import { maskAddresses } from '../text/addresses.ts'
import { latePattern } from '../text/visible-text.ts'
import { isSecret } from './secret-name.ts'
import { MASK, maskShapes } from './token-shapes.ts'

/**
 * A function that masks the given secrets in every form in which they turn up (as they are, each line of them,
 * base64 at any alignment, so also inside a basic-auth header, URL-, JSON- and HTML-escaped, hexadecimal,
 * reversed) and everything that has the shape of a known token, private key or URL with credentials.
 * Secrets shorter than 8 characters are ignored: masking them would riddle the text and name them.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = knownRedactor(secrets)
  return text => maskShapes(known(text))
}

/** As `redactor`, without guesses: only what is known to be secret. */
export function knownRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = secretForms(secrets)
  if (forms.length === 0) return text => text
  const known = new RegExp(forms.map(literally).join('|'), 'g')
  return text => text.replace(known, MASK)
}

/** The forms that `redactor` looks for, longest first: a CI that masks values itself must be told each. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set(secrets.flatMap(linesOf).flatMap(formsOf))
  return [...forms].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

/**
 * Of these values those that are no single word. `API_KEY=production` says nothing that is secret, and masked it would take the
 * place of a name: in data and texts whose free parts were masked before, such a value stays.
 */
export function withoutWords(secrets: readonly string[]): string[] {
  return secrets.filter(secret => !isWord(secret.trim()))
}

/** The values of the variables whose names say that they are secret. At least 8 characters each. */
export function secretsFromEnv(env: Readonly<Record<string, string | undefined>>): string[] {
  const values = Object.entries(env)
    .map(([name, value = '']) => ({ name, value }))
    .filter(({ name, value }) => value.trim().length >= SHORTEST && isSecret(name, value.trim()))
    .map(({ value }) => value)
  return [...new Set(values)]
}

/**
 * The redactor for a stream: give it pieces as they come, print what it returns, and `end()` for the rest. It
 * holds a line back until it is whole, so a secret in two pieces is seen; a carriage return ends a line too, so
 * progress bars keep moving. Private keys are masked over their lines.
 */
export function redactLines(redact: (text: string) => string): LineRedactor {
  let held = ''
  let keyLinesLeft = 0
  const pass = (line: string): string => {
    if (keyLinesLeft > 0) {
      keyLinesLeft = KEY_END.test(line) ? 0 : keyLinesLeft - 1
      return /[\r\n]*$/.exec(line)![0]
    }
    if (KEY_BEGIN.test(line) && !KEY_END.test(line)) keyLinesLeft = LONGEST_KEY
    return redact(line)
  }
  return {
    push(piece) {
      const lines = (held + piece).match(/[^\r\n]*(?:\r\n|\r(?!$)|\n)|[^\r\n]+\r?|\r/g) ?? []
      const last = lines.at(-1)
      held = last !== undefined && !last.endsWith('\n') ? lines.pop()! : ''
      const shown = lines.map(pass).join('')
      if (held.length <= LONGEST_LINE) return shown
      // What is masked already stays masked; the tail waits, for it may hold the beginning of a secret.
      const masked = pass(held)
      held = masked.slice(-LONGEST_FORM)
      return shown + masked.slice(0, -LONGEST_FORM)
    },
    end() {
      const rest = held === '' ? '' : pass(held)
      held = ''
      return rest
    },
  }
}

export interface LineRedactor {
  push(piece: string): string
  end(): string
}

/**
 * E-mail addresses, telephone numbers and IBANs replaced by what they are. For text that is not ours (names, slice values,
 * messages, output), before it enters a sentence: in a sentence of ours a number may look like a telephone's.
 */
export function maskPersonalData(text: string): string {
  return maskAddresses(text).replace(PHONE, found =>
    digitsIn(found) >= 8 && digitsIn(found) <= 15 ? '[phone]' : found,
  )
}

/** A path or an address of data as it may be shown: without a login, without the query, which may be a signature, and naming nobody. */
export function maskDataPath(path: string): string {
  const [, origin, rest] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(path) ?? []
  const plain =
    origin === undefined || rest === undefined
      ? path
      : `${origin}${rest.replace(/[?#].*$/s, '').replace(/^[^/]*@/, '')}`
  return maskPersonalData(plain)
}

// --- internal ---

const word = latePattern(String.raw`^\p{L}{1,14}\d{0,4}$`, 'u')

function isWord(text: string): boolean {
  // What looks so in ASCII tells most of them apart.
  return /^[\x20-\x7e]*$/.test(text) ? /^[A-Za-z]{1,14}\d{0,4}$/.test(text) : word().test(text)
}

const SHORTEST = 8
const LONGEST_LINE = 65_536
const LONGEST_FORM = 8_192
/** Lines of a 16,384 bit RSA key; more than that is no key but text about keys. */
const LONGEST_KEY = 220

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/

/**
 * International with `+`, national with a leading 0 and separators, or 3-3-4 digits. Plain numbers are not touched, nor the end of
 * something longer: `2026-05-01-0000001` is the version of a release.
 */
const PHONE =
  /(?<![\w.+]|\d-)(?:\+\d[\d ()./-]{6,24}\d|\(?0\d{1,4}\)?[ /-]\d{3,8}(?:[ -]\d{2,6}){0,3}|(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4})(?![\w.]*\d)/g

/** A secret of several lines turns up line by line in logs; in variables its line ends may be written `\\n`. */
function linesOf(secret: string): string[] {
  const whole = secret.trim()
  return [whole, ...whole.split(/\r?\n|\\n/).map(line => line.trim())].filter(part => part.length >= SHORTEST)
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const url = encodeURIComponent(secret)
  return [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    url,
    url.replace(/%../g, hex => hex.toLowerCase()),
    url.replaceAll('%20', '+'),
    secret.replace(
      /[&<>"']/g,
      mark => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[mark]};`,
    ),
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('hex').toUpperCase(),
    [...secret].reverse().join(''),
    ...[0, 1, 2].flatMap(offset => base64At(secret, offset)),
  ]
}

/** The base64 characters that a secret gives for certain when it starts `offset` bytes into a group of three. */
function base64At(secret: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)])
  const sure = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6))
  return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
}

function digitsIn(text: string): number {
  return text.replace(/\D/g, '').length
}
