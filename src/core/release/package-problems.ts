import type { ModelConfig } from '../config/config.ts'
import { packagingWay } from '../config/package.ts'
import type { Problem } from '../errors/errors.ts'
import type { WhereOf } from '../yaml/config.ts'
import { fillTemplate, parseImageReference, parseModelUri } from './image-reference.ts'

/**
 * What of `package` can be no name of an image or a model for whatever commit.
 *
 * @param at where a key of the model stands
 */
export function packageProblems(
  model: string,
  { package: packaging }: Pick<ModelConfig, 'package'>,
  at: WhereOf,
): Problem[] {
  if (!packaging) return []
  const { image, uri, base } = packaging
  const problems: Problem[] = []
  const wrong = (key: 'image' | 'uri' | 'base', { what, fix }: Problem) =>
    problems.push({ what: `\`package.${key}\`: ${what}`, where: at(['package', key]), ...(fix && { fix }) })
  const filled = (template: string) => fillTemplate(template, { commit: ANY_COMMIT, model })
  if (image !== undefined) {
    const text = filled(image)
    const read = typeof text === 'string' ? parseImageReference(text) : text
    if ('problem' in read) wrong('image', read.problem)
    else if (packagingWay(packaging).way === 'build' && !isDestination(read)) wrong('image', NO_DESTINATION)
  }
  if (uri !== undefined) {
    const text = filled(uri)
    const read = typeof text === 'string' ? parseModelUri(text) : text
    if (typeof read !== 'string') wrong('uri', read.problem)
  }
  if (base !== undefined) {
    const read = parseImageReference(base)
    if ('problem' in read) wrong('base', read.problem)
  }
  return problems
}

// --- internal ---

const ANY_COMMIT = '0'.repeat(40)

const NO_DESTINATION: Problem = {
  what: 'it is where the image goes to, and needs a tag and no digest',
  fix: 'write it like `ghcr.io/acme/churn:{commit}`',
}

function isDestination({ tag, digest }: { tag?: string; digest?: string }): boolean {
  return tag !== undefined && digest === undefined
}
