import { checkFacts, parseNumber } from './check-facts.ts'
import type { CiFacts, Environment } from './ci.ts'

/** GitLab CI. https://docs.gitlab.com/ci/variables/predefined_variables/ */
export function gitlab(env: Environment): CiFacts {
  const pipeline = env.CI_PIPELINE_ID
  const inMergeRequest = env.CI_MERGE_REQUEST_IID !== undefined
  const isExternal = Boolean(env.CI_EXTERNAL_PULL_REQUEST_IID)
  return checkFacts({
    name: 'GitLab CI',
    forge: 'gitlab',
    repository: env.CI_PROJECT_PATH,
    apiUrl: env.CI_API_V4_URL,
    serverUrl: env.CI_SERVER_URL,
    pullRequest: parseNumber(env.CI_MERGE_REQUEST_IID),
    // Only a merged-results pipeline tells the source branch's tip apart from the merge that it builds.
    headSha:
      env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA ||
      env.CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA ||
      env.CI_COMMIT_SHA,
    // In a merge train with squashed commits the source branch's tip is no parent of it.
    mergeSha: env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA ? env.CI_COMMIT_SHA : undefined,
    // A pull request on GitHub that GitLab builds has a number there only; its rules are the target's all the same.
    headBranch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || undefined,
    baseRef: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME || env.CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME,
    baseSha: env.CI_MERGE_REQUEST_DIFF_BASE_SHA || env.CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA,
    branch: isExternal ? undefined : env.CI_COMMIT_BRANCH,
    defaultBranch: env.CI_DEFAULT_BRANCH,
    actor: env.GITLAB_USER_LOGIN,
    runUrl: env.CI_JOB_URL ?? env.CI_PIPELINE_URL,
    runOrder: pipeline && `${pipeline}.${env.CI_JOB_ID ?? '0'}`,
    fromFork: inMergeRequest
      ? !env.CI_MERGE_REQUEST_PROJECT_PATH ||
        env.CI_MERGE_REQUEST_SOURCE_PROJECT_PATH !== env.CI_MERGE_REQUEST_PROJECT_PATH
      : isExternal
        ? !env.CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY ||
          env.CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY !== env.CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY
        : undefined,
    // A member may run a fork's pipeline in the parent project, with the parent's variables.
    forkTokenReadsOnly: false,
    checkoutFix: 'let the job keep its own checkout: no `git checkout` or other ref before Assay',
  })
}
