import type { Problem } from '../errors/errors.ts'
import { shortened, visible } from '../text/visible-text.ts'

/** What a file is that nobody means to publish, by where it lies. Undefined: its name says nothing of the kind. */
export function secretByName(path: string): string | undefined {
  const lower = path.toLowerCase()
  return NAMES.find(([, name]) => name.test(lower))?.[0]
}

/** The same by what it holds. Words of a program that reads keys (`"-----BEGIN PRIVATE KEY-----"`) are none: a key follows. */
export function secretInText(text: string): string | undefined {
  return TEXTS.find(([, pattern]) => pattern.test(text))?.[0]
}

/** Longer ones are models. */
export const LONGEST_SECRET = 64 * 1024

/** @param what `a private key` */
export function secretProblem(path: string, what: string): Problem {
  return {
    what: `\`package.files\`: \`${shortened(visible(path), 200)}\` is ${what}, which whoever gets the image could read`,
    fix: 'leave it out of `package.files` by `!…`; if it was ever pushed, make a new one',
  }
}

// --- internal ---

const NAMES: readonly (readonly [what: string, path: RegExp])[] = [
  [
    'a file of environment variables',
    /(?:^|\/)\.env(?:rc)?(?:\.(?!(?:example|sample|template|dist)$)[^/]*)?$/,
  ],
  ['a private key', /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:p12|pfx|ppk|jks)$/],
  ['what ssh logs in with', /(?:^|\/)\.ssh\/(?!(?:known_hosts|config|[^/]+\.pub)$)[^/]+$/],
  ['a kubeconfig', /(?:^|\/)(?:\.kube\/config|[^/]*kubeconfig(?:\.ya?ml)?)$/],
  ['a login to registries', /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/],
  ['a login to packages', /(?:^|\/)(?:\.npmrc|\.pypirc|\.yarnrc\.yml)$/],
  ['a list of passwords', /(?:^|\/)(?:[._]netrc|\.git-credentials|\.pgpass|\.htpasswd|\.my\.cnf)$/],
  [
    'a login to a cloud',
    /(?:^|\/)(?:\.aws\/(?:credentials|config)|(?:application_default_)?credentials\.json|\.config\/gcloud\/.+|\.azure\/.+\.json|\.boto|\.s3cfg)$/,
  ],
  ['a login to a hub of models', /(?:^|\/)(?:\.huggingface\/token|kaggle\.json)$/],
]

const TEXTS: readonly (readonly [what: string, text: RegExp])[] = [
  [
    'a private key',
    /^-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----[ \t]*\r?\n(?:[\w-]{1,40}: [^\n]{0,200}\n|\r?\n){0,10}[A-Za-z0-9+/=]{16}/m,
  ],
  ['a login to a cloud', /"private_key"\s*:\s*"-----BEGIN /],
  ['a kubeconfig', /^\s*(?:-\s+)?client-key-data:\s*[A-Za-z0-9+/=]{16}/m],
]
