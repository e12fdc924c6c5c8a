import type { DeployConnection, GitAccess } from '../connection.ts'
import { openPlainGit } from './deploy-repository.ts'

/** With ssh and files the machine's own git settings count, and with web addresses that get no token. */
export async function connectDeploy(access: GitAccess): Promise<DeployConnection> {
  const repository = await openPlainGit(access)
  const isWeb = /^https?:/i.test(access.url)
  return {
    repository,
    ...(isWeb && { webUrl: access.url.replace(/(\.git)?\/*$/, '') }),
    close: () => repository.close(),
  }
}
