import { AssayError } from '../core/errors/errors.ts'
import { parseImageReference } from '../core/release/image-reference.ts'
import { parseBoolean } from '../core/text/boolean.ts'
import type { CiFacts, Environment } from './ci.ts'
import { githubActions } from './github-actions.ts'
import { gitlab } from './gitlab.ts'
import { jenkins } from './jenkins.ts'
import { local } from './local.ts'

/**
 * The facts of the CI that this process runs in, else of a laptop.
 *
 * @param readJson reads a file as JSON: only GitHub Actions puts a part of its facts into one
 * @throws AssayError when a fact cannot be used
 */
export function detectCi(env: Environment, readJson: (path: string) => unknown): CiFacts {
  const facts = factsOf(env, readJson)
  // Only GitLab says by itself which image that is.
  const image = byDigest(env.ASSAY_JOB_IMAGE || (facts.forge === 'gitlab' ? env.CI_JOB_IMAGE : undefined))
  return image === undefined ? facts : { ...facts, image }
}

// --- internal ---

function byDigest(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const read = parseImageReference(text)
  return 'problem' in read || read.digest === undefined ? undefined : `${read.name}@${read.digest}`
}

function factsOf(env: Environment, readJson: (path: string) => unknown): CiFacts {
  if (parseBoolean(env.GITHUB_ACTIONS ?? ''))
    return githubActions(env, readEvent(env.GITHUB_EVENT_PATH, readJson))
  if (parseBoolean(env.GITLAB_CI ?? '')) return gitlab(env)
  if (env.JENKINS_URL || env.JENKINS_HOME) return jenkins(env)
  return local()
}

function readEvent(path: string | undefined, readJson: (path: string) => unknown): unknown {
  if (!path) return undefined
  try {
    return readJson(path)
  } catch (cause) {
    const isThere = cause instanceof SyntaxError
    throw new AssayError({
      code: 'CI_EVENT_UNREADABLE',
      title: 'The event that started this run cannot be read',
      problems: [
        {
          what: `GITHUB_EVENT_PATH names a file that ${isThere ? 'holds no JSON' : `cannot be read: ${String(cause)}`}`,
          where: { file: path },
          fix: isThere
            ? 'it is cut off, or a step before has written into it: let none do that, and run the job again'
            : 'in a container, mount the folder of that file',
        },
      ],
      cause,
    })
  }
}
