import { readAt, readYaml } from './edit.ts'
import { renderPath, type YamlStep } from './problem.ts'

/** A value that two versions of a file have not in common. Absent: the key is not there. */
export interface ValueDifference {
  /** Line in the first version, where there is one. */
  line?: number
  /** `images[name=churn].digest` */
  key: string
  before?: string
  after?: string
}

/**
 * The single values in which two versions of a file differ, in their order, at most 20: what is written differently and means
 * the same is none.
 *
 * @throws AssayError `YAML_UNREADABLE`
 */
export function yamlDifferences(before: string, after: string, file: string): ValueDifference[] {
  const [old, now] = [readYaml(before, file), readYaml(after, file)]
  const several = [old, now].some(documents => documents.filter(one => one !== undefined).length > 1)
  const found: Found[] = []
  for (let document = 0; document < Math.max(old.length, now.length); document++)
    collect(old[document], now[document], document, [], found)
  return found.slice(0, MOST).map(({ document, path, before: from, after: to }) => {
    const line = readAt(before, file, path, document)?.line
    const key = renderPath(named(path, old[document]))
    return {
      ...(line !== undefined && { line }),
      key: several ? `document ${document}: ${key}` : key,
      ...(from !== undefined && { before: from }),
      ...(to !== undefined && { after: to }),
    }
  })
}

// --- internal ---

const MOST = 20
const MOST_DEEP = 100

interface Found {
  document: number
  path: (string | number)[]
  before: string | undefined
  after: string | undefined
}

function collect(a: unknown, b: unknown, document: number, path: (string | number)[], found: Found[]): void {
  if (found.length >= MOST || path.length > MOST_DEEP) return
  if (isHolder(a) && isHolder(b) && Array.isArray(a) === Array.isArray(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    for (const key of keys)
      collect(a[key], b[key], document, [...path, Array.isArray(a) ? Number(key) : key], found)
  } else if (!Object.is(a, b) && textOf(a) !== textOf(b))
    found.push({ document, path, before: textOf(a), after: textOf(b) })
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** `1` and `"1"` are two values. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Items of lists by their names, as people know them: where no other of the list has the same. */
function named(path: readonly (string | number)[], document: unknown): YamlStep[] {
  let value = document
  return path.map(step => {
    const list = Array.isArray(value) ? value : []
    value = isHolder(value) ? value[step] : undefined
    const name = typeof step === 'number' && isHolder(value) ? value.name : undefined
    const isItsOwn = list.filter(item => isHolder(item) && item.name === name).length === 1
    return typeof name === 'string' && isItsOwn ? { name } : step
  })
}
