import type { Carrier, Fields, Json } from './carrier.ts'
import { environmentStem, nameWithin } from './environments.ts'

/** What an object is read as. */
export interface Seen {
  file: string
  object: Fields
  name: string
  /** Its place among the documents of the file. */
  at: number
  /** The only one of its kind in the file. */
  isOne: boolean
  /** The only object of the file. */
  isAlone: boolean
  /** By its name, in a file that has one of each environment: `churn-staging` beside `churn-production`. */
  environment?: string
}

/** What it is called in every environment. */
export function ownName({ name, file, environment }: Seen): string {
  return environment === undefined ? nameWithin(name, file) : (environmentStem(name)?.stem ?? name)
}

/** Which document of its file it is. */
export function documentOf({ object, name, at, isOne }: Seen): Json {
  // Of those whose name the cluster makes, nothing else tells one.
  if (!isOne && name === '') return at
  return { kind: String(object.kind), ...(!isOne && { name }) }
}

/** What the target `yaml` writes into it. */
export function yamlCarrier(seen: Seen, set: Json[], says: string): Carrier {
  const document: Carrier['options'] =
    seen.isAlone && seen.isOne && !/^LLM/.test(String(seen.object.kind)) ? {} : { document: documentOf(seen) }
  return { file: seen.file, names: namesIn(seen), target: 'yaml', options: { ...document, set }, says }
}

/** What the model may be called, the likeliest first. */
export function namesIn(seen: Seen): string[] {
  return [...new Set([ownName(seen), seen.name])]
}
