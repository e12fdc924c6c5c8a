/**
 * Keeps secrets and personal data out of everything that is shown. Redact before rendering: a renderer may
 * escape a secret into a form that is no longer recognised here.
 */

/** What stands in place of a secret. */
export const MASK = '***'

/**
 * A function that masks the given secrets in every form in which they turn up (as they are, each line of them,
 * base64 at any alignment, so also inside a basic-auth header, URL-, JSON- and HTML-escaped, hexadecimal,
 * reversed) and everything that has the shape of a known token, private key or URL with credentials.
 * Secrets shorter than 8 characters are ignored: masking them would riddle the text and name them.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const known = knownRedactor(secrets)
  return text =>
    SHAPES.reduce((result, [shape, replacement]) => result.replace(shape, replacement), known(text))
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
 * Whether a variable or a key holds a secret: it is named like one, not like the file or store where one is kept. A name that only ends
 * in `KEY` says little (`SORT_KEY`, `CACHE_KEY`): there the value must not be a plain name.
 */
export function isSecret(name: string, value: string): boolean {
  if (PLACE_NAME.test(name)) return false
  return SECRET_NAME.test(name) || (KEY_NAME.test(name) && !isPlainName(value))
}

/** Whether a text is made of words and small numbers, as names of metrics, models and columns are: no token looks so. */
export function isPlainName(text: string): boolean {
  const words = text.replace(/([a-z])(?=[A-Z][a-z])/g, '$1 ').split(/[^\p{L}\p{N}]+/u)
  return text.length <= 80 && words.every(word => /^(\p{L}{0,14}\d{0,4}|v?\d{1,8})$/u.test(word))
}

/**
 * Of these values those that are no single word. `API_KEY=production` says nothing that is secret, and masked it would take the
 * place of a name: in data and texts whose free parts were masked before, such a value stays.
 */
export function withoutWords(secrets: readonly string[]): string[] {
  return secrets.filter(secret => !/^\p{L}{1,14}\d{0,4}$/u.test(secret.trim()))
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

/** Only what cannot be a number of ours: e-mail addresses and IBANs. Safe for any sentence. */
export function maskAddresses(text: string): string {
  const masked = HOST.test(text) ? text.replace(EMAIL, found => (isCutOff(found) ? found : '[e-mail]')) : text
  return masked.replace(IBAN, found => (isIban(found) ? '[IBAN]' : found))
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

const SHORTEST = 8
const LONGEST_LINE = 65_536
const LONGEST_FORM = 8_192
/** Lines of a 16,384 bit RSA key; more than that is no key but text about keys. */
const LONGEST_KEY = 220

const SECRET_NAME =
  /TOKEN(?!IZ)|SECRET|PASSWO?R?D|PASSPHRASE|CREDENTIAL|JWT|(API|ACCESS|PRIVATE|SIGNING|LICENSE|ENCRYPTION|MASTER)[-_]?KEYS?([-_]|$)|[-_](PASS|PWD|AUTH|PAT|DSN|WEBHOOK(_URL)?)([-_]|$)/i
const KEY_NAME = /(^|[-_])KEYS?([-_]|$)/i
/** Names of where a secret is kept, which everybody may know. */
const PLACE_NAME = /[-_](PATH|FILE|DIR|HOME)$/i

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/
const KEY_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----/

/** Shapes of tokens. Every repetition is bounded or starts at a boundary, so that no input makes them slow. */
const SHAPES: [RegExp, string][] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    MASK,
  ],
  [/(?:gh[opusr]_|git[a-z]{3}_pat_)[\w.-]{10,}/g, MASK],
  [/gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[\w.-]{10,}/g, MASK],
  [/xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}/g, MASK],
  [/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{8,}/g, `hooks.slack.com/${MASK}`],
  [/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,20}/g, MASK],
  [/(?<![\w-])(?:hf|npm|dop_v1|sk_live|rk_live)_[A-Za-z0-9]{20,}/g, MASK],
  // A name such as `sk-learn-fraud-detection` has no capital, or no digit.
  [/(?<![\w-])sk-(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Z])[\w-]{20,}/g, MASK],
  [/(?<![\w-])AIza[\w-]{35}/g, MASK],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{8,})?/g, MASK],
  [/(?<![\w-])(?:pypi-AgE|dckr_[po]at_|hv[sb]\.|ATATT3|ya29\.|whsec_)[\w=-]{16,}/g, MASK],
  [/(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}/g, MASK],
  // What is shown to be copied names a variable of the CI, which is no secret.
  [/:\/\/(?!git@|[\w.-]{1,100}:\$(?:CI|ASSAY)_[A-Z_]{1,60}@)[^\s/?#@]{1,1024}@/g, `://${MASK}@`],
]

/** Where no address ends there is none, and that is told in a hundredth of the time. */
const HOST = /@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{L}{2,24}/u
const EMAIL = new RegExp(`[\\p{L}\\p{N}._%+-]{1,64}${HOST.source}`, 'gu')
const RANKED =
  /(?:^|[._%+-])(?:recall|precision|r|p|f1|m?ap|n?dcg|mrr|hits?|hr|hit_?rate|top|acc|accuracy|pass|success|auc|m?iou|coverage|lift)$/i
const SUMMED_UP = /\.(?:mean|avg|average|std|var|min|max|median|sum|macro|micro|weighted|overall|all|score)$/i
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g
/** International with `+`, national with a leading 0 and separators, or 3-3-4 digits. Plain numbers are not touched. */
/** Not the end of something longer: `2026-05-01-0000001` is the version of a release. */
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

/**
 * `recall@k.mean`, `ndcg@10.std`: a metric at a cut-off and what was made of it. There are addresses at numbers (`kim@163.com`),
 * so the name before it or the word at the end must be that of a metric too.
 */
function isCutOff(address: string): boolean {
  const [name = '', domain = ''] = address.split('@')
  return /^(k|\d{1,5})\./i.test(domain) && (RANKED.test(name) || SUMMED_UP.test(domain))
}

/** ISO 13616: moved four to the end, letters as 10..35, the number is 1 modulo 97. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(' ', '')
  if (compact.length < 15 || compact.length > 34) return false
  const digits = [...compact.slice(4), ...compact.slice(0, 4)].map(sign => Number.parseInt(sign, 36)).join('')
  let rest = 0
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97
  return rest === 1
}
