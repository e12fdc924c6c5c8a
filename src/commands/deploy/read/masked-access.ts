import type { Mask } from '../../../core/secrets/masked-value.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import type { Deployments } from '../../../forges/deployments.ts'
import type { Forge } from '../../../forges/forge.ts'
import type { PullRequests, PullRequestText } from '../../../forges/pull-requests.ts'
import type { DeployAccess } from '../../command/context.ts'

/**
 * A deploy repository that takes no secret: messages, titles, texts, comments and descriptions are masked on their way out, whoever
 * wrote them. Files are not touched: manifests must be exact, and records and holds are masked where they are made.
 */
export function maskedAccess(access: DeployAccess, mask: Mask): DeployAccess {
  const { repository, forge, deployments } = access
  return {
    ...access,
    mask,
    repository: maskedRepository(repository, mask),
    ...(forge && { forge: maskedForge(forge, mask) }),
    ...(deployments && { deployments: maskedDeployments(deployments, mask) }),
  }
}

/** The same of comments, checks and statuses. */
export function maskedForge(forge: Forge, { message }: Mask): Forge {
  const shown = <T extends { title: string; summary: string; text?: string }>(check: T): T => ({
    ...check,
    title: message(check.title),
    summary: message(check.summary),
    ...(check.text !== undefined && { text: message(check.text) }),
  })
  return {
    ...forge,
    createComment: (pullRequest, body) => forge.createComment(pullRequest, message(body)),
    updateComment: (id, body) => forge.updateComment(id, message(body)),
    createCheck: check => forge.createCheck(shown(check)),
    updateCheck: (id, check) => forge.updateCheck(id, shown(check)),
    setStatus: status => forge.setStatus({ ...status, description: message(status.description) }),
  }
}

// --- internal ---

function maskedRepository(repository: DeployRepository, mask: Mask): DeployRepository {
  const { pullRequests } = repository
  return {
    ...repository,
    ...(pullRequests && { pullRequests: maskedPullRequests(pullRequests, mask) }),
    commitFiles: commit => repository.commitFiles({ ...commit, message: mask.message(commit.message) }),
  }
}

function maskedPullRequests(pullRequests: PullRequests, { message }: Mask): PullRequests {
  const masked = <T extends PullRequestText>(text: T): T => ({
    ...text,
    title: message(text.title),
    body: message(text.body),
  })
  return {
    ...pullRequests,
    create: text => pullRequests.create(masked(text)),
    update: (number, text) => pullRequests.update(number, masked(text)),
  }
}

function maskedDeployments(deployments: Deployments, { message }: Mask): Deployments {
  return {
    ...deployments,
    ensure: deployment => deployments.ensure({ ...deployment, description: message(deployment.description) }),
  }
}
