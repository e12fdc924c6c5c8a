import { gzipSync } from 'node:zlib'
import { PACKED_PROFILE_FILE } from '../../../core/traffic/profile/profile.ts'
import { MOST_PROFILE_BYTES } from '../../../core/traffic/profile/profile-file.ts'
import type { DeployRepository } from '../../../forges/deploy-repository.ts'
import { unpackGzip } from '../../../services/files/unpack.ts'

/**
 * A text packed by gzip, in base64. Two machines may pack the same text differently: what stands there already and unpacks to the
 * text stays, so that a bot and a CI do not write over each other.
 */
export async function packedProfile(
  repository: Pick<DeployRepository, 'readFiles'>,
  text: string,
  { path, commits }: { path: string; commits: readonly string[] },
): Promise<string> {
  for (const commit of commits) {
    const there = (await repository.readFiles(commit, [path])).get(path)
    const packed = there === undefined ? undefined : PACKED.exec(there)?.[1]
    if (packed !== undefined && isOf(packed, text)) return packed
  }
  return gzipSync(text, { level: 9 }).toString('base64')
}

// --- internal ---

const PACKED = new RegExp(`^  ${PACKED_PROFILE_FILE.replaceAll('.', '\\.')}: "?([A-Za-z0-9+/]+=*)"?$`, 'm')

function isOf(packed: string, text: string): boolean {
  const bytes = unpackGzip(Buffer.from(packed, 'base64'), MOST_PROFILE_BYTES)
  return bytes !== undefined && Buffer.from(text).equals(bytes)
}
