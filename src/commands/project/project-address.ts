import { webAddressOf } from '../../core/secrets/web-address.ts'
import type { Context } from '../command/context.ts'
import type { Project } from './project.ts'

/** Where people look at the project: as the CI says, else its remote as a web address. Undefined where neither tells. */
export async function projectAddress(
  { ci }: Context,
  repository: NonNullable<Project['repository']>,
): Promise<string | undefined> {
  if (ci.serverUrl !== undefined && ci.repository !== undefined) return `${ci.serverUrl}/${ci.repository}`
  const remote = await repository.remoteUrl()
  return remote === undefined ? undefined : webAddressOf(remote)
}
