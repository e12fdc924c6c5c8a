import { type Carrier, fieldsOf, itemsOf, type Json, textOf } from './carrier.ts'

/** What stands beside a release and is chosen with it, such as a threshold: a training may name it as a parameter. */

const NAMED = /(^|_)(threshold|cutoff|cut_off|temperature|top_k|top_p)$/i

/**
 * The parameters in a map, or in a list of variables with names, each as one more value that a promotion would write.
 *
 * @param inside the way to the text that they stand in, where that is YAML itself
 */
export function parametersIn(value: unknown, way: Json[], inside?: Json[]): Pick<Carrier, 'parameters'> {
  const named = itemsOf(value).flatMap(one => {
    const { name, value: own } = fieldsOf(one)
    const key = textOf(name)
    return key === undefined ? [] : [{ key, own, path: [...way, { name: key }, 'value'] }]
  })
  const given = itemsOf(value).flatMap((one, at) => {
    const [, key, own] = /^--([\w-]+)=(.*)$/s.exec(textOf(one) ?? '') ?? []
    const name = key?.replace(/-/g, '_')
    return name === undefined ? [] : [{ key: name, own, path: [...way, at], before: `--${key}=` }]
  })
  const keyed = Object.entries(fieldsOf(value)).map(([key, own]) => ({ key, own, path: [...way, key] }))
  const found: Found[] = [...named, ...given, ...keyed].filter(
    ({ key, own }) => NAMED.test(key) && isNumber(own),
  )
  if (found.length === 0) return {}
  return {
    parameters: found.map(({ key, own, path, before = '' }) => ({
      ...(inside ? { path: inside, inside: path } : { path }),
      value: `${before}{parameters.${key.toLowerCase()}}`,
      says: String(own),
    })),
  }
}

// --- internal ---

interface Found {
  key: string
  own: unknown
  path: Json[]
  /** What stands before the value in its text. */
  before?: string
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
}
