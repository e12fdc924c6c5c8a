/** What stands in place of a secret. */
export const MASK = '***'

/** A text without what has the shape of a known token, a private key, or a login in an address, a query, a header or a setting. */
export function maskShapes(text: string): string {
  const small = text.toLowerCase()
  return SHAPES.reduce(
    (result, [shape, replacement, needs]) =>
      needs === undefined || needs.some(part => small.includes(part))
        ? result.replace(shape, replacement)
        : result,
    text,
  )
}

// --- internal ---

/** `password=`, `password = "`, `"password": "`. */
const IS = `(?:["']?\\s{0,3}=\\s{0,3}["']?|["']\\s{0,3}:\\s{0,3}["'])`
/** Neither a variable or a gap to be filled, nor what says that there is none or that it is hidden. */
const VALUE = `(?!\\$[{(]?\\w{1,80}[})]?(?:["';\\s]|$)|<[\\w -]{1,40}>|\\(hidden\\)|(?:none|null|true|false|undefined)\\b)[^\\s"';]{1,8192}`

/**
 * Shapes of tokens. Every repetition is bounded or starts at a boundary, so that no input makes them slow. `needs`: a text without
 * any of these, in small letters, has nothing of the shape; the shapes that take no heed of case are long to make ready.
 */
const SHAPES: [shape: RegExp, replacement: string, needs?: readonly string[]][] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    MASK,
  ],
  [/(?:gh[opusr]_|git[a-z]{3}_pat_)[\w.-]{10,}/g, MASK],
  [/gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[\w.-]{10,}/g, MASK],
  [/xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}/g, MASK],
  [/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{8,}/g, `hooks.slack.com/${MASK}`],
  [/(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{12,20}/g, MASK],
  [
    /(?<![\w-])(?:hf|npm|do[opr]_v1|[sr]k_live|[sr]k_test|gsk|r8|fw|pcsk|glsa|glc|shp(?:at|ss|ca)|sntrys|lin_api|lsv2_[ps][tk]|pscale_tkn|wandb_v1)_[\w=]{20,}/g,
    MASK,
  ],
  [/(?<![\w-])(?:sk-(?:proj|ant|svcacct|admin|or)|xai|pplx|GOCSPX|AGE-SECRET-KEY)-[\w-]{16,}/g, MASK],
  [/(?<![\w-])(?:dapi|dkea|dose)[0-9a-f]{32}(?:-\d{1,3})?(?![\w])/g, MASK],
  [/(?<![\w-])\d{8,10}:AA[\w-]{33}(?![\w-])/g, MASK],
  // A name such as `sk-learn-fraud-detection` has no capital, or no digit.
  [/(?<![\w-])sk-(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Z])[\w-]{20,}/g, MASK],
  [/(?<![\w-])AIza[\w-]{35}/g, MASK],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{8,})?/g, MASK],
  [/(?<![\w-])(?:pypi-AgE|dckr_[po]at_|hv[sb]\.|ATATT3|ya29\.|whsec_)[\w=-]{16,}/g, MASK],
  [/(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}/g, MASK],
  // What is shown to be copied names a variable of the CI, which is no secret.
  [/:\/\/(?!git@|[\w.-]{1,100}:\$(?:CI|ASSAY)_[A-Z_]{1,60}@)[^\s/?#@]{1,1024}@/g, `://${MASK}@`],
  // Headers, as they are and as programs print them.
  [
    /(authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token|digest|negotiate|apikey)\s{1,3})(?!\(hidden\)|\$[({\w])[^\s"',;]{1,8192}/gi,
    `$1${MASK}`,
    ['authorization'],
  ],
  [
    /(?<![\w-])((?:Bearer|Basic) {1,3})(?=[\w.~+/=-]{0,200}\d)(?=[\w.~+/=-]{0,200}[A-Z])[\w.~+/=-]{16,8192}/g,
    `$1${MASK}`,
  ],
  [
    /(x-(?:api-key|auth-token|vault-token)["']?\s{0,3}[:=]\s{0,3}["']?)[^\s"',;]{8,8192}/gi,
    `$1${MASK}`,
    ['x-api-key', 'x-auth-token', 'x-vault-token'],
  ],
  // Parts of a query that are a signature or a token: who has the address, has what is there.
  [
    /([?&](?:sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|awsaccesskeyid|(?:access_|auth_|private_|job_|id_|refresh_)?token|sas_?token|api_?key|client_secret|secret|password|pwd)=)[^&\s"'<>#]{1,8192}/gi,
    `$1${MASK}`,
    [
      'sig=',
      'signature=',
      'credential=',
      'token=',
      'awsaccesskeyid=',
      'key=',
      'secret=',
      'password=',
      'pwd=',
    ],
  ],
  // A connection string, a setting, a keyword argument.
  [
    new RegExp(`(passw(?:or)?d${IS}|passphrase${IS}|(?<![A-Za-z])pwd${IS}(?!/))${VALUE}`, 'gi'),
    `$1${MASK}`,
    ['passw', 'passphrase', 'pwd'],
  ],
  [
    new RegExp(
      `((?:accountkey|shared_?access_?(?:key|signature)|api_?key|access_?key|client_?secret|[a-z]_token)${IS})(?=[^\\s"';]{0,200}\\d)(?=[^\\s"';]{0,200}[A-Z])(?=[^\\s"';]{16})${VALUE}`,
      'gi',
    ),
    `$1${MASK}`,
    ['key', 'signature', 'secret', '_token'],
  ],
  [
    /(wandb[ _-](?:login|(?:api[ _-]?)?key)[^\w\r\n]{1,8}(?:--\w{1,20} ){0,2})[0-9a-f]{40}(?!\w)/gi,
    `$1${MASK}`,
    ['wandb'],
  ],
]
