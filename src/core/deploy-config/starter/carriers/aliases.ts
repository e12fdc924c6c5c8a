import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import { readDocuments } from '../../../yaml/documents.ts'
import { type Carrier, fieldsOf, itemsOf, type Json, type ReadFile } from './carrier.ts'

/** Places that an alias, `*name`, takes from elsewhere: who writes there changes all that share it. */

/** What a file carries, with a question about each place that is an alias, or lies in one. */
export function withAliases(carriers: readonly Carrier[], { file, text }: ReadFile): Carrier[] {
  const aliases = text.includes('*')
    ? readDocuments(text).documents.flatMap(({ contents }) => aliasesIn(contents, []))
    : []
  return carriers.map(carrier => {
    const ways =
      carrier.file === file ? itemsOf(carrier.options.set).map(one => wayOf(fieldsOf(one).path)) : []
    const shared = aliases.filter(({ path }) =>
      ways.some(way => path.every((step, at) => isStep(way[at], step, carrier))),
    )
    if (shared.length === 0) return carrier
    const asked = shared.map(
      ({ path, name }) => `${path.join('.')}   ${carrier.says}, which \`*${name}\` takes from elsewhere`,
    )
    return { ...carrier, unclear: [...(carrier.unclear ?? []), ...asked] }
  })
}

// --- internal ---

interface Alias {
  name: string
  path: string[]
}

/** But those of `<<`, which the values themselves say. */
function aliasesIn(node: unknown, path: string[]): Alias[] {
  if (isAlias(node)) return [{ name: node.source, path }]
  if (isSeq(node)) return node.items.flatMap((one, at) => aliasesIn(one, [...path, String(at)]))
  if (!isMap(node)) return []
  return node.items.flatMap(({ key, value }) =>
    isScalar(key) && key.value !== '<<' ? aliasesIn(value, [...path, String(key.value)]) : [],
  )
}

function wayOf(path: unknown): Json[] {
  return Array.isArray(path) ? path : String(path).split('.')
}

/** Whether a step of a way may be one of the file; which item of a list a match means is not asked. */
function isStep(step: Json | undefined, own: string, { environment, names }: Carrier): boolean {
  if (step === '{environment}') return own === environment
  if (step === '{model}') return names.includes(own)
  return typeof step === 'object' || String(step) === own
}
