import { Schema } from 'yaml'

/** What the signs of a text are taken for. */
export interface YamlMeaning {
  version?: '1.1' | '1.2'
  /** `<<: *base` counts. */
  merge?: boolean
}

/** The tags of a version, without what costs more than it is worth. */
export function schemaFor({ version, merge = false }: YamlMeaning): Schema {
  const schema = new Schema({
    schema: version === '1.1' ? 'yaml-1.1' : 'core',
    merge,
    resolveKnownTags: version !== '1.1',
    // Ordered maps and sets search their own keys in quadratic time; nothing here gives them a meaning.
    customTags: tags => tags.filter(tag => typeof tag === 'string' || !/:(omap|set|pairs)$/.test(tag.tag)),
  })
  return Object.create(schema, { [TEXT]: { value: { ...schema[TEXT], resolve: inOnePiece } } })
}

// --- internal ---

const TEXT = Symbol.for('yaml.scalar') as keyof Schema & symbol

/** The package puts text in double quotes together sign by sign, and each sign is kept until somebody looks at the whole. */
function inOnePiece(text: string): string {
  ANY.test(text)
  return text
}
const ANY = /^/
