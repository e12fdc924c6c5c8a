import type { DeployEnvironment } from '../core/deploy-config/deploy-config.ts'
import type { DeployRepository, FileVersion } from './deploy-repository.ts'

/**
 * Versions of a release record, newest first, with what was found out about each while it served. Where the forge tells that in
 * a call of its own, only the newest are asked about, and only where anybody could have found out.
 */
export async function withLive(
  { readLive }: Pick<DeployRepository, 'readLive'>,
  { environment }: { environment: Pick<DeployEnvironment, 'argocd'> },
  versions: readonly FileVersion[],
): Promise<FileVersion[]> {
  if (!readLive || !environment.argocd) return [...versions]
  return Promise.all(
    versions.map(async (version, at) => {
      if (at >= MOST_ASKED || version.text === undefined) return version
      const live = await readLive(version.commit)
      return live ? { ...version, live } : version
    }),
  )
}

// --- internal ---

/** A call each. What is known to have been healthy longer ago is found by hand, with `--to`. */
const MOST_ASKED = 10
