import { AssayError } from '../../core/errors/errors.ts'

/** The address of a forge's API. @throws AssayError FORGE_URL_INVALID, which does not repeat it: it may hold a password */
export function parseApiUrl(text: string, example: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url
  throw new AssayError({
    code: 'FORGE_URL_INVALID',
    title: 'The address of the API is none',
    problems: [
      {
        what: 'the API address must be an http(s) URL without credentials',
        fix: `Write it like ${example}`,
      },
    ],
  })
}
