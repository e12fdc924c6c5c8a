import { latePattern } from '../text/visible-text.ts'

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
  const words = text.replace(/([a-z])(?=[A-Z][a-z])/g, '$1 ').split(betweenWords())
  return text.length <= 80 && words.every(word => plainWord().test(word))
}

/**
 * Whether a parameter of a training holds a secret. Its name may be nested (`db/pwd`, `nested.creds`) and of any spelling
 * (`dbPassword`); what is known of training (`max_tokens`, `pass_through`) and short numbers are none, but for passwords.
 */
export function isSecretParameter(name: string, value: string): boolean {
  const named = name
    .split(/[/.:[\]\s]+/)
    .filter(part => part !== '')
    .map(part => `-${dashed(part).replace(ORDINARY, '$1')}`)
    .join('')
  const saysNothing = /^(?:[\d.,eE+-]{0,7}|true|false|none|null)$/i.test(value.trim())
  if (saysNothing && !(/\d/.test(value) && PASSWORD_NAME.test(named))) return false
  return isSecret(named, value) || (!PLACE_NAME.test(named) && GLUED_NAME.test(named))
}

/** `dbPassword` → `db-Password`, `DBPwd` → `DB-Pwd`: names are told apart by their words. */
export function dashed(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1-$2').replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
}

// --- internal ---

const betweenWords = latePattern(String.raw`[^\p{L}\p{N}]+`, 'u')
const plainWord = latePattern(String.raw`^(\p{L}{0,14}\d{0,4}|v?\d{1,8})$`, 'u')

const SECRET_NAME =
  /TOKEN(?!IZ)|SECRET|PASSWO?R?D|PASSPHRASE|PASSCODE|CREDENTIAL|JWT|CONN(ECTION)?[-_]?STR(ING)?([-_]|$)|(API|ACCESS|PRIVATE|SIGNING|LICENSE|ENCRYPTION|MASTER)[-_]?KEYS?([-_]|$)|[-_](PASS|PWD|PSWD|CREDS?|SAS|AUTH|PAT|DSN|WEBHOOK(_URL)?)([-_]|$)/i
const KEY_NAME = /(^|[-_])KEYS?([-_]|$)/i
/** Names of where a secret is kept, which everybody may know. */
const PLACE_NAME = /[-_](PATH|FILE|DIR|HOME)$/i
const PASSWORD_NAME = /PASSWO?R?D|PASSPHRASE|PASSCODE|[-_](PWD|PSWD)([-_]|$)/i
/** Written as one word, or so short that a variable of a shell may have the name for something else. */
const GLUED_NAME = /(PWD|[-_](DB|SQL|PG|USER|ROOT|ADMIN|FTP|SMTP)PASS|[-_]PW|AUTHKEY)([-_]|$)/i
/** Words of training that are written like secrets. */
const ORDINARY =
  /(^|[-_])(?:pass[-_](?!phrase|word|code|key|hash|\d)[a-z]+|(?:low|high|band|all|forward|backward|first|second|single|two|multi|max|num|n|by)[-_]pass(?:es)?|(?:pad|eos|bos|unk|cls|sep|mask|stop|special|image|max|min|num|n|new|total)[-_](?:new[-_])?tokens?|tokens?[-_](?:type|dim|level|pooling|embeddings?|dropout|limit|counts?|per|len|length|mixing|merging|budget))(?=[-_]|$)/gi
