import type { ScannedFile } from '../scan/scanned-file.ts'
import type { LockedPackage } from './lock-files.ts'

export interface SbomInputs {
  model: string
  /** Of the release; absent where there is none yet. */
  version?: string
  /** The whole commit id. */
  commit: string
  /** Of the repository, for people; absent where it has no address. */
  repository?: string
  /** What is deployed: `name@sha256:…`, or the URI of the model. */
  artifact?: string
  /** Packages, with where each is named. */
  named: readonly NamedIn[]
  files: readonly ScannedFile[]
  /** Version of Assay that writes it. */
  assay: string
}

/** Packages that a lock file asks for, or that are installed in a folder. */
export interface NamedIn {
  how: 'locked' | 'installed'
  /** Of the file or the folder. */
  path: string
  packages: readonly LockedPackage[]
}

/**
 * What a release is made of, as CycloneDX 1.6: the model, its files by their sha256, and the packages that lock files name or that are
 * installed. The same inputs give
 * the same bytes, so it has no time and no serial number, which the format does not ask for.
 */
export function renderSbom({
  model,
  version,
  commit,
  repository,
  artifact,
  named,
  files,
  assay,
}: SbomInputs): string {
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'assay', version: assay }] },
      component: {
        type: 'machine-learning-model',
        'bom-ref': 'model',
        name: model,
        ...(version !== undefined && { version }),
        ...(repository !== undefined && { externalReferences: [{ type: 'vcs', url: repository }] }),
        properties: [
          { name: 'assay:commit', value: commit },
          ...(artifact === undefined ? [] : [{ name: 'assay:artifact', value: artifact }]),
        ],
      },
    },
    components: [...files.map(fileComponent), ...packageComponents(named)],
  }
  return `${JSON.stringify(bom, undefined, 2)}\n`
}

// --- internal ---

function fileComponent({ file, sha256, size, format, verdict }: ScannedFile) {
  return {
    type: 'file',
    'bom-ref': `file:${file}`,
    name: file,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: [
      { name: 'assay:bytes', value: String(size) },
      { name: 'assay:format', value: format },
      { name: 'assay:scan', value: verdict },
    ],
  }
}

/** Each once, by name, with all places that name it. */
function packageComponents(named: SbomInputs['named']) {
  const byUrl = new Map<string, { one: LockedPackage; places: Set<string>; properties: object[] }>()
  for (const { how, path, packages } of named)
    for (const one of packages) {
      const url = packageUrl(one)
      const known = byUrl.get(url) ?? { one, places: new Set<string>(), properties: [] }
      byUrl.set(url, known)
      if (known.places.has(path)) continue
      known.places.add(path)
      known.properties.push({ name: `assay:${how}-in`, value: path })
    }
  return [...byUrl]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([url, { one, properties }]) => ({
      type: 'library',
      'bom-ref': url,
      name: one.name,
      version: one.version,
      purl: url,
      properties,
    }))
}

/** Package URL (ECMA-427): `pkg:pypi/numpy@2.4.6`. */
function packageUrl({ kind, name, version }: LockedPackage): string {
  return `pkg:${kind}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`
}
