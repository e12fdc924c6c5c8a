import { parse } from 'yaml'

/** YAML that is not ours, as plain data; undefined where it cannot be read. Aliases are limited, so that no file explodes. */
export function parsePlainYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'silent' })
  } catch {
    return undefined
  }
}
