import { AssayError } from '../../src/core/errors/errors.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { parseRelease } from '../../src/core/release/record-file.ts'

/** A kustomization that says a release, as a promotion leaves it. */
export function kustomizationOf({ model, image }: ReleaseRecord, name = model): string {
  return `images:\n  - name: ${name}\n    newName: ${image!.name}\n    digest: ${image!.digest}\n`
}

/** Files of a deploy repository with a kustomization beside every record that can be read and has none. */
export function withManifests<Value>(
  files: Readonly<Record<string, Value>>,
  name?: string,
): Record<string, Value | string> {
  const beside = Object.entries(files).flatMap(([path, text]) => {
    const release = path.endsWith('/model-release.yaml') ? recordIn(text) : undefined
    const file = path.replace(/[^/]*$/, 'kustomization.yaml')
    return release?.image && !Object.hasOwn(files, file) ? [[file, kustomizationOf(release, name)]] : []
  })
  return { ...files, ...Object.fromEntries(beside) }
}

// --- internal ---

function recordIn(text: unknown): ReleaseRecord | undefined {
  try {
    return typeof text === 'string' ? parseRelease(text, 'record') : undefined
  } catch (error) {
    if (error instanceof AssayError) return undefined
    throw error
  }
}
