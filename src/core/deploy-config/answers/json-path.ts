/** Paths to one place in a JSON document, as RFC 9535 writes singular queries: `$.change.approved`, `$.items[0]['odd name']`. */

export type JsonPath = readonly (string | number)[]

/** Undefined for what is no such path: wildcards, slices, filters and `..` could find several places, or none. */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$') || text.length > LONGEST) return undefined
  const path: (string | number)[] = []
  let at = 1
  while (at < text.length) {
    STEP.lastIndex = at
    const groups = STEP.exec(text)?.groups
    if (!groups) return undefined
    const { name, double, single, index } = groups
    const quoted = double ?? single
    if (name !== undefined) path.push(name)
    else if (index !== undefined) path.push(Number(index))
    else path.push(unescaped(quoted!))
    at = STEP.lastIndex
  }
  return path.length > DEEPEST ? undefined : path
}

/** What stands there; undefined where nothing does, which is no value of JSON. A negative index counts from the end. */
export function valueAt(json: unknown, path: JsonPath): unknown {
  let here: unknown = json
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined
    if (typeof step === 'number') here = Array.isArray(here) ? here.at(step) : undefined
    else here = !Array.isArray(here) && Object.hasOwn(here, step) ? (here as Named)[step] : undefined
  }
  return here
}

// --- internal ---

type Named = Record<string, unknown>

const LONGEST = 300
const DEEPEST = 30

const ESCAPE = String.raw`\\(?:[bfnrt/\\'"]|u[0-9A-Fa-f]{4})`
/** One step, where the one before ended. Indices as JSON writes whole numbers, up to what a list can hold. */
const STEP = new RegExp(
  [
    String.raw`\.(?<name>[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)`,
    String.raw`\["(?<double>(?:[^"\\\u0000-\u001f]|${ESCAPE})*)"\]`,
    String.raw`\['(?<single>(?:[^'\\\u0000-\u001f]|${ESCAPE})*)'\]`,
    String.raw`\[(?<index>0|-?[1-9]\d{0,8})\]`,
  ].join('|'),
  'y',
)

const WRITTEN: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|(.))/g, (_, code?: string, sign?: string) =>
    code === undefined ? (WRITTEN[sign!] ?? sign!) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
