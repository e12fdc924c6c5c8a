import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { parseAllDocuments } from 'yaml'

/** What the custom resource definitions in test/data/crds have against a manifest; nothing for kinds without one there. */
export function schemaProblems(manifest: string): string[] {
  return parseAllDocuments(manifest).flatMap(document => {
    const object = document.toJS() as { kind?: string } | null
    const validate = schemas.get(object?.kind ?? '')
    if (!validate || validate(object)) return []
    return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`)
  })
}

// --- internal ---

const FOLDER = 'test/data/crds'
const ajv = new Ajv({ strict: false, validateFormats: false })
const schemas = new Map(
  readdirSync(FOLDER)
    .filter(name => name.endsWith('.json'))
    .map(name => [
      name.replace('.json', ''),
      ajv.compile(JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8'))),
    ]),
)
