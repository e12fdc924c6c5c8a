import { readYaml } from '../../core/yaml/edit/edit.ts'
import { type Manifest, refusal } from '../target.ts'
import { fields, list } from './manifest.ts'
import { lineIn } from './traffic.ts'

/**
 * That Envoy Gateway chooses among the backends of a route by the hash of a header: a BackendTrafficPolicy of the route says so. It is
 * a person's own, since it does no harm while there is one backend.
 *
 * @throws AssayError `TARGET_REFUSED`
 */
export function ensureHashedBy({
  manifest,
  policy,
  route,
  header,
}: {
  manifest: Manifest
  policy: Manifest | undefined
  route: string
  header: string
}): void {
  if (!policy)
    throw refusal({
      what: `nothing says that the gateway keeps users by the header \`${header}\``,
      where: { file: manifest.file },
      fix: `set \`policy\` to the file of a BackendTrafficPolicy of Envoy Gateway that hashes it, or use \`sticky: cookie\``,
    })
  const { file, text } = policy
  const found = readYaml(text, file)
    .map((value, document) => ({ value: fields(value), document }))
    .find(({ value }) => isPolicyOf(value, route))
  if (!found)
    throw refusal({
      what: `there is no BackendTrafficPolicy of the HTTPRoute \`${route}\``,
      where: { file },
      fix: 'name the route in its `targetRefs`',
    })
  const { loadBalancer } = fields(found.value.spec)
  const hashed = hashedHeaders(loadBalancer).map(name => name.toLowerCase())
  if (hashed.length === 1 && hashed[0] === header.toLowerCase()) return
  throw refusal({
    what: `the BackendTrafficPolicy hashes ${hashed.length === 0 ? 'no header' : `\`${hashed.join('`, `')}\``}, and users shall be kept by \`${header}\``,
    where: lineIn(policy, found.document, ['spec', 'loadBalancer']),
    fix: `write \`loadBalancer: { type: ConsistentHash, consistentHash: { type: Headers, headers: [{ name: ${header} }] } }\``,
  })
}

// --- internal ---

function isPolicyOf({ kind, apiVersion, spec }: ReturnType<typeof fields>, route: string): boolean {
  const { targetRef, targetRefs } = fields(spec)
  return (
    kind === 'BackendTrafficPolicy' &&
    String(apiVersion).split('/')[0] === 'gateway.envoyproxy.io' &&
    [targetRef, ...list(targetRefs)].map(fields).some(one => one.kind === 'HTTPRoute' && one.name === route)
  )
}

/** Of the present form, and of the one with a single header. */
function hashedHeaders(loadBalancer: unknown): string[] {
  const { type, consistentHash } = fields(loadBalancer)
  const { type: by, header, headers } = fields(consistentHash)
  if (type !== 'ConsistentHash' || (by !== 'Headers' && by !== 'Header')) return []
  return [...(header === undefined ? [] : [header]), ...list(headers)].map(one => String(fields(one).name))
}
