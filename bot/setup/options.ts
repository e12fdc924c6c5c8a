import type { Problem } from '../../src/core/errors/errors.ts'

/** What `assay-bot setup` was asked for. */
export interface SetupOptions {
  /** Where the bot will be reached: an origin. */
  url: string
  /** Whose App it is; absent: the person's own. */
  organization?: string
  name: string
  /** File of the secrets. */
  output: string
  /** Pages of the GitHub. */
  github: string
  /** 0: any that is free. */
  port: number
}

/** The flags of `assay-bot setup`, the word for each value and what it is: help, docs and the reading are made of it. */
export const SETUP_FLAGS = {
  url: ['url', 'Where GitHub and people reach the bot, as `https://assay.example.com`. Needed.'],
  organization: ['login', 'The organisation whose App it will be. Default: your own account.'],
  name: ['text', 'Name of the App, which no other on GitHub may have. Default `Assay` and the organisation.'],
  output: ['file', 'Where the secrets go; must not be there yet. Default `assay-bot.env`.'],
  github: ['url', 'A GitHub Enterprise Server. Default `https://github.com`.'],
  port: ['number', 'Port on 127.0.0.1 that the browser comes back to. Default: one that is free.'],
} as const

export type SetupFlag = keyof typeof SETUP_FLAGS

/** All that is wrong at once, or the options. */
export function readSetup(
  given: Partial<Record<SetupFlag, string>>,
): { options: SetupOptions } | { problems: Problem[] } {
  const problems: Problem[] = []
  const wrong = (flag: SetupFlag, what: string, fix: string) =>
    void problems.push({ what: `\`--${flag}\` ${what}`, fix })
  const { organization, output = 'assay-bot.env', port = '0' } = given
  const url = originOf(given.url ?? '')
  if (given.url === undefined) wrong('url', 'is missing', `write \`--url ${EXAMPLE}\``)
  else if (url === undefined) wrong('url', 'is no https address without a path', `write it like ${EXAMPLE}`)
  const github = originOf(given.github ?? 'https://github.com')
  if (github === undefined)
    wrong('github', 'is no https address without a path', 'write it like https://github.example.com')
  if (organization !== undefined && !LOGIN.test(organization))
    wrong('organization', 'is no login', 'it is the part of its address after the host')
  const name = given.name ?? `Assay ${organization ?? 'bot'}`.slice(0, LONGEST_NAME).trim()
  if (!NAME.test(name))
    wrong(
      'name',
      'is no name of an App',
      `1 to ${LONGEST_NAME} letters, digits, blanks, \`.\`, \`_\` and \`-\``,
    )
  if (output.trim() === '' || /[\r\n\0]/.test(output))
    wrong('output', 'names no file', 'leave it out for `assay-bot.env`')
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    wrong('port', 'is no port', 'a number from 0 to 65535')
  if (problems.length > 0 || url === undefined || github === undefined) return { problems }
  return {
    options: {
      url,
      name,
      output,
      github,
      port: Number(port),
      ...(organization !== undefined && { organization }),
    },
  }
}

// --- internal ---

const EXAMPLE = 'https://assay.example.com'
/** GitHub takes no longer one. */
const LONGEST_NAME = 34
const NAME = /^(?=.*[A-Za-z0-9])[\w .-]{1,34}$/
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/

/** An origin that secrets may go to: https, or this machine. */
function originOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || url.username || url.password || url.pathname !== '/' || url.search || url.hash) return undefined
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname))
  return isSafe ? url.origin : undefined
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
