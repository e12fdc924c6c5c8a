import { maskPersonalData } from './secrets.ts'

/** Why a column is taken to tell single people apart, in words. */
export type PersonalBecause = 'its name' | 'its values'

/**
 * Whether a column looks as if its values named single people: by its name (customer_email, "date of birth"), or
 * because a tenth of its different values are e-mail addresses, telephone numbers or IBANs. What people share (sex, origin, age,
 * region) is not meant: that is what fairness is judged by.
 */
export function looksPersonal(name: string, values: readonly string[] = []): PersonalBecause | undefined {
  if (isPersonalName(name)) return 'its name'
  const personal = values.filter(value => maskPersonalData(value) !== value).length
  return personal > 0 && personal * 10 >= values.length ? 'its values' : undefined
}

/**
 * Names without meaning in the place of values, in the order in which the file has them: `[masked 1]`, `[masked 2]`. An empty
 * value names nobody and stays.
 */
export function maskedValues(values: readonly string[], empty: string): string[] {
  let count = 0
  return values.map(value => (value === empty ? value : `[masked ${++count}]`))
}

// --- internal ---

/** Words that a name of one's own data holds, one after the other. */
const NAMED = [
  'email',
  'e mail',
  'phone',
  'telephone',
  'msisdn',
  'surname',
  'firstname',
  'lastname',
  'fullname',
  'username',
  'birthday',
  'birthdate',
  'dob',
  'ssn',
  'iban',
  'passport',
  'address',
  'street',
  'imei',
  ...['first', 'last', 'full', 'given', 'family', 'maiden', 'user', 'customer', 'client', 'patient'].map(
    whose => `${whose} name`,
  ),
  ...['employee', 'person', 'contact', 'applicant'].map(whose => `${whose} name`),
  ...['user', 'customer', 'client', 'patient', 'person', 'employee', 'applicant', 'account'].map(
    whose => `${whose} id`,
  ),
  ...['mobile', 'account', 'card', 'passport', 'insurance', 'licence', 'license'].map(
    what => `${what} number`,
  ),
  'date of birth',
  'birth date',
  'social security',
  'national id',
  'tax id',
  'credit card',
]

/** What is told of such data without telling it: email_domain, has_phone, phone_model. */
const ABOUT = new Set([
  ...['domain', 'provider', 'type', 'kind', 'status', 'length', 'count', 'verified', 'valid'],
  ...['known', 'missing', 'present', 'country', 'region', 'state', 'city', 'has', 'is', 'num', 'n', 'age'],
  ...['brand', 'model', 'carrier', 'os', 'prefix', 'match', 'matches', 'similarity', 'score', 'group'],
])

function isPersonalName(name: string): boolean {
  const words = name
    .slice(0, 300)
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
  if (words.some(word => ABOUT.has(word))) return false
  const text = ` ${words.join(' ')} `
  return NAMED.some(named => text.includes(` ${named} `))
}
