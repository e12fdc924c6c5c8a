import type { ScannedFile } from '../scan/scanned-file.ts'
import type { LockedPackage } from './lock-files.ts'

export interface SbomInputs {
  model: string
  version: string
  /** The whole commit id. */
  commit: string
  /** Of the repository, for people. */
  repository: string
  /** What is deployed: `name@sha256:…`, or the URI of the model. */
  artifact?: string
  /** Packages, with the file that names them. */
  locked: readonly { file: string; packages: readonly LockedPackage[] }[]
  files: readonly ScannedFile[]
  /** Version of Assay that writes it. */
  assay: string
}

/**
 * What a release is made of, as CycloneDX 1.6: the model, its files by their sha256, and the packages that lock files name. The same inputs give
 * the same bytes, so it has no time and no serial number, which the format does not ask for.
 */
export function renderSbom({
  model,
  version,
  commit,
  repository,
  artifact,
  locked,
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
        version,
        externalReferences: [{ type: 'vcs', url: repository }],
        properties: [
          { name: 'assay:commit', value: commit },
          ...(artifact === undefined ? [] : [{ name: 'assay:artifact', value: artifact }]),
        ],
      },
    },
    components: [...files.map(fileComponent), ...packageComponents(locked)],
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

/** Each once, by name, with all files that name it. */
function packageComponents(locked: SbomInputs['locked']) {
  const byUrl = new Map<string, { one: LockedPackage; files: string[] }>()
  for (const { file, packages } of locked)
    for (const one of packages) {
      const url = packageUrl(one)
      const known = byUrl.get(url)
      if (!known) byUrl.set(url, { one, files: [file] })
      else if (!known.files.includes(file)) known.files.push(file)
    }
  return [...byUrl]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([url, { one, files }]) => ({
      type: 'library',
      'bom-ref': url,
      name: one.name,
      version: one.version,
      purl: url,
      properties: files.map(value => ({ name: 'assay:locked-in', value })),
    }))
}

/** Package URL (ECMA-427): `pkg:pypi/numpy@2.4.6`. */
function packageUrl({ kind, name, version }: LockedPackage): string {
  return `pkg:${kind}/${encodeURIComponent(name)}@${encodeURIComponent(version)}`
}
