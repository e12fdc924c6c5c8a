import { isAssayError } from '../../core/errors/errors.ts'
import { folderOf, placeFiles, wantedGlobs } from '../../core/image/placed-files.ts'
import type { NamedIn } from '../../core/sbom/cyclonedx.ts'
import { isMetadata, placeOf, readMetadata } from '../../core/sbom/installed.ts'
import type { LockedPackage } from '../../core/sbom/lock-files.ts'
import { listInside, readInside } from '../../services/files/files.ts'
import { filesBelow } from '../../services/files/matching-files.ts'

export interface Installed extends NamedIn {
  packages: LockedPackage[]
  /** What is there and does not say what it is. */
  unpinned: string[]
}

/**
 * The Python packages that are installed in what is packaged, and in virtual environments beside assay.yml: folders with a `pyvenv.cfg`.
 *
 * @param globs what is packaged
 * @throws AssayError FILE_TOO_LARGE
 */
export async function installedPackages(folder: string, globs: readonly string[]): Promise<Installed[]> {
  const packaged = await filesBelow(folder, wantedGlobs(globs).map(folderOf))
  const paths = placeFiles(globs, packaged).files.map(({ path }) => path)
  const beside = await filesBelow(folder, await environmentsIn(folder))
  const metadata = new Set([...paths, ...beside.map(({ path }) => path)].filter(isMetadata))
  const byFolder = new Map<string, Installed>()
  for (const path of [...metadata].sort()) {
    const place = placeOf(path)
    const there = byFolder.get(place.folder) ?? {
      how: 'installed' as const,
      path: place.folder,
      packages: [],
      unpinned: [],
    }
    byFolder.set(place.folder, there)
    const one = await packageAt(folder, path)
    if (one) there.packages.push(one)
    else there.unpinned.push(place.info)
  }
  return [...byFolder.values()]
}

// --- internal ---

const MOST_BYTES = 4 * 1024 * 1024

/** Where packages lie in virtual environments: `<environment>/lib/python3.12/site-packages`, on Windows without a version. */
async function environmentsIn(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await listInside(folder, '')) {
    const { name } = entry
    if (!entry.isDirectory()) continue
    const inside = (await listInside(folder, name)).map(one => one.name)
    if (!inside.includes('pyvenv.cfg')) continue
    found.push(`${name}/Lib/site-packages`)
    for (const version of await listInside(folder, `${name}/lib`))
      found.push(`${name}/lib/${version.name}/site-packages`)
  }
  return found
}

/** undefined where it leads elsewhere or is too large for what it should be. */
async function packageAt(folder: string, path: string): Promise<LockedPackage | undefined> {
  try {
    const { bytes } = await readInside(folder, path, { maxBytes: MOST_BYTES, input: 'metadata of a package' })
    return readMetadata(new TextDecoder().decode(bytes))
  } catch (error) {
    if (isAssayError(error, 'FILE_REFUSED') || isAssayError(error, 'FILE_TOO_LARGE')) return undefined
    throw error
  }
}
