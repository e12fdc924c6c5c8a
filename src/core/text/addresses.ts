import { latePattern } from './visible-text.ts'

/** Only what cannot be a number of ours: e-mail addresses and IBANs. Safe for any sentence. */
export function maskAddresses(text: string): string {
  const masked =
    text.includes('@') && host().test(text)
      ? text.replace(email(), found => (isCutOff(found) ? found : '[e-mail]'))
      : text
  return masked.replace(IBAN, found => (isIban(found) ? '[IBAN]' : found))
}

// --- internal ---

/** Where no address ends there is none, and that is told in a hundredth of the time. */
const HOST = String.raw`@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,6}\.\p{L}{2,24}`
const host = latePattern(HOST, 'u')
const email = latePattern(String.raw`[\p{L}\p{N}._%+-]{1,64}${HOST}`, 'gu')
const RANKED =
  /(?:^|[._%+-])(?:recall|precision|r|p|f1|m?ap|n?dcg|mrr|hits?|hr|hit_?rate|top|acc|accuracy|pass|success|auc|m?iou|coverage|lift)$/i
const SUMMED_UP = /\.(?:mean|avg|average|std|var|min|max|median|sum|macro|micro|weighted|overall|all|score)$/i
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g

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
