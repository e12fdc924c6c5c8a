import type { Carrier, Fields, Json } from './carrier.ts'
import { nameWithin } from './environments.ts'

/** What an object is read as. */
export interface Seen {
  file: string
  object: Fields
  name: string
  /** The only one of its kind in the file. */
  isOne: boolean
  /** The only object of the file. */
  isAlone: boolean
}

/** What it is called in every environment. */
export function ownName({ name, file }: Seen): string {
  return nameWithin(name, file)
}

/** Which document of its file it is. */
export function documentOf({ object, name, isOne }: Seen): Json {
  return { kind: String(object.kind), ...(!isOne && { name }) }
}

/** What the target `yaml` writes into it. */
export function yamlCarrier(seen: Seen, set: Json[], says: string): Carrier {
  const document: Carrier['options'] =
    seen.isAlone && seen.isOne && !/^LLM/.test(String(seen.object.kind)) ? {} : { document: documentOf(seen) }
  return { file: seen.file, names: [seen.name], target: 'yaml', options: { ...document, set }, says }
}
