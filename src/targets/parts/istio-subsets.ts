import { readYaml } from '../../core/yaml/edit/edit.ts'
import { type Manifest, refusal } from '../target.ts'
import { choices, fields, list } from './manifest.ts'
import { lineIn } from './traffic.ts'

/**
 * That a DestinationRule of the host has the subset: requests to one that is not there are answered with 503. Where these files have
 * no rule of the host it stands elsewhere.
 *
 * @throws AssayError `TARGET_REFUSED`
 */
export function ensureSubset(
  manifests: readonly Manifest[],
  { host, subset }: { host: string; subset?: string | undefined },
): void {
  if (subset === undefined) return
  for (const manifest of manifests)
    for (const [document, value] of readYaml(manifest.text, manifest.file).entries()) {
      const { kind, apiVersion, spec } = fields(value)
      if (kind !== 'DestinationRule' || String(apiVersion).split('/')[0] !== 'networking.istio.io') continue
      if (!isOneHost(String(fields(spec).host), host)) continue
      const names = list(fields(spec).subsets).map(one => fields(one).name)
      if (names.includes(subset)) continue
      throw refusal({
        what: `no subset \`${subset}\` in the DestinationRule of ${host}`,
        where: lineIn(manifest, document, ['spec', 'subsets']),
        fix: choices(names, subset),
      })
    }
}

// --- internal ---

/** `churn` is `churn.ml.svc.cluster.local`: both stand in one namespace. */
function isOneHost(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short === long || long.startsWith(`${short}.`)
}
