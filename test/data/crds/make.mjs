// Custom resource definitions → the JSON Schemas that the tests validate manifests with.
// node test/data/crds/make.mjs <crd.yaml> <kind> <version> > test/data/crds/<kind>.json
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'

const [file, kind, version] = process.argv.slice(2)
const crd = parseAllDocuments(readFileSync(file, 'utf8'))
  .map(document => document.toJS())
  .find(object => object?.spec?.names?.kind === kind)
const { schema } = crd.spec.versions.find(one => one.name === version)
const { apiVersion, metadata, spec } = schema.openAPIV3Schema.properties
const $defs = {}
const seen = new Map()

/** Without prose and rules in CEL; unknown fields refused, as `kubectl --validate=strict` does. */
function shrink(node) {
  if (Array.isArray(node)) return node.map(shrink)
  if (node === null || typeof node !== 'object') return node
  const out = {}
  for (const [key, value] of Object.entries(node))
    if (key === 'properties')
      out.properties = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shared(shrink(inner))]))
    else if (key === 'description' || (key === 'default' && 'type' in node)) continue
    else if (key === 'pattern' && !isPattern(value)) continue
    else if (key === 'x-kubernetes-int-or-string') out.type = ['integer', 'string']
    else if (!key.startsWith('x-kubernetes')) out[key] = shrink(value)
  if (out.properties && !node['x-kubernetes-preserve-unknown-fields'] && !('additionalProperties' in node))
    out.additionalProperties = false
  return out
}

/** Those of Go may have what those of JavaScript do not. */
function isPattern(text) {
  try {
    return Boolean(new RegExp(text, 'u'))
  } catch {
    return false
  }
}

/** What occurs more than once (a pod's containers, for example) is written once. */
function shared(node) {
  const text = JSON.stringify(node)
  if (text.length < 400) return node
  const id = createHash('sha256').update(text).digest('hex').slice(0, 8)
  const before = seen.get(id)
  if (before === undefined) {
    seen.set(id, node)
    return node
  }
  $defs[id] = before
  return { $ref: `#/$defs/${id}` }
}

/** First occurrences of what turned out to be shared. */
function linked(node, inside) {
  if (Array.isArray(node)) return node.map(item => linked(item, inside))
  if (node === null || typeof node !== 'object') return node
  const id = [...Object.keys($defs)].find(key => $defs[key] === node && key !== inside)
  if (id) return { $ref: `#/$defs/${id}` }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, linked(value, inside)]))
}

const root = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  properties: {
    apiVersion: { const: `${crd.spec.group}/${version}` },
    kind: { const: kind },
    metadata: { type: 'object' },
    spec: shrink(spec),
  },
  additionalProperties: false,
}
const body = linked(root)
const defs = Object.fromEntries(Object.entries($defs).map(([id, node]) => [id, linked(node, id)]))
console.log(JSON.stringify({ ...body, $defs: defs }))
