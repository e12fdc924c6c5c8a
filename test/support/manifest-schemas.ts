import { existsSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { parseAllDocuments } from 'yaml'

/** What the custom resource definitions in test/data/crds have against a manifest; nothing for kinds without one there. */
export function schemaProblems(manifest: string): string[] {
  return parseAllDocuments(manifest).flatMap(document => {
    const object = document.toJS() as { kind?: string } | null
    const validate = schemaOf(object?.kind ?? '')
    if (!validate || validate(object)) return []
    return (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`)
  })
}

// --- internal ---

const FOLDER = 'test/data/crds'
const ajv = new Ajv({ strict: false, validateFormats: false })
const schemas = new Map<string, ValidateFunction | undefined>()

/** Made when it is first asked for: all of them take more than a second. */
function schemaOf(kind: string): ValidateFunction | undefined {
  const file = `${FOLDER}/${kind}.json`
  if (!schemas.has(kind))
    schemas.set(kind, existsSync(file) ? ajv.compile(JSON.parse(readFileSync(file, 'utf8'))) : undefined)
  return schemas.get(kind)
}
