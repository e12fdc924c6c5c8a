import { isRefName, isRevision } from '../../core/git/names.ts'
import { whyNoRemote } from '../../core/git/remote-address.ts'
import { parseImageReference, parseModelUri } from '../../core/release/image-reference.ts'
import { isOnForge } from '../../core/secrets/deploy-address.ts'
import { VERSION_NAME } from '../../core/text/names.ts'
import { RelativePath, tidyPath } from '../../core/text/relative-path.ts'
import { isVisible } from '../../core/text/visible-text.ts'
import type { Refusal } from './option-kinds.ts'

/**
 * What the texts of options have to be, as far as a text alone tells: judged with all other options before anything is read or
 * run, by the same rules as whatever takes the text in the end.
 */

export function folderRule(text: string): Refusal | undefined {
  const fix = 'a folder of its own in the repository, such as `assay-result`'
  if (!RelativePath.safeParse(text).success) return { wrong: 'is no folder inside the repository', fix }
  const parts = tidyPath(text).split('/')
  if (parts.some(part => part.toLowerCase() === '.git')) return { wrong: "lies in git's own folder", fix }
  return isVisible(text) ? undefined : { wrong: 'holds characters that cannot be seen', fix }
}

export function repositoryRule(text: string): Refusal | undefined {
  const why = isOnForge(text) ? undefined : whyNoRemote(text)
  const fix =
    'a repository such as `acme/deploy`, or an address such as `https://git.example.com/acme/deploy.git`'
  return why === undefined ? undefined : { wrong: `names no repository: ${why}`, fix }
}

export function branchRule(text: string): Refusal | undefined {
  return isRefName(text) ? undefined : { wrong: 'is no name of a branch', fix: 'a branch such as `main`' }
}

export function revisionRule(text: string): Refusal | undefined {
  const fix = 'a commit, a branch or a tag, such as `main`, `v1.2` or `HEAD~1`'
  return isRevision(text) ? undefined : { wrong: 'is no name of a commit', fix }
}

export function versionRule(text: string): Refusal | undefined {
  const fix = 'letters, digits and `.`, `_`, `+`, `-`, at most 80: `2026-05-20-e5c87ee`'
  return VERSION_NAME.test(text) ? undefined : { wrong: 'is no version', fix }
}

export function imageRule(text: string): Refusal | undefined {
  return refusalOf(
    parseImageReference(text),
    'is no image',
    'write `registry/name@sha256:…` or `registry/name:tag`',
  )
}

export function uriRule(text: string): Refusal | undefined {
  return refusalOf(
    parseModelUri(text),
    'is no address of a model',
    'an address such as `s3://models/churn/42`',
  )
}

// --- internal ---

function refusalOf(read: object | string, wrong: string, fix: string): Refusal | undefined {
  if (typeof read === 'string' || !('problem' in read)) return undefined
  return { wrong, fix }
}
