import { z } from 'zod'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'
import { isKerasClass } from './keras-classes.ts'

/**
 * What the configuration of a Keras model, `config.json` of a `.keras` archive or an attribute of an `.h5`, would load. Only classes of Keras
 * itself that hold no code may be named: a `Lambda` is code, any other name is somebody's own class, or a function that is called.
 *
 * @throws Unscannable it is no JSON, or names a class by something that is no text
 */
export function kerasFindings(text: string): Finding[] {
  const findings: Finding[] = []
  const waiting: unknown[] = [parsed(text)]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    waiting.push(...Object.values(value))
    if (Array.isArray(value)) continue
    for (const [key, one] of Object.entries(value))
      if (typeof one === 'string' && (FILES.has(key) || ELSEWHERE.test(one)))
        findings.push({ kind: 'outside_file', name: one })
    if (!('class_name' in value)) continue
    const one = Serialized.safeParse(value)
    if (!one.success) throw new Unscannable('malformed', 0)
    findings.push(...classFindings(one.data))
  }
  return findings
}

/** Whether Keras would take a text for the configuration of a model: an archive needs no other entry for that. */
export function isKerasConfig(text: string): boolean {
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    return false
  }
  return typeof config === 'object' && config !== null && 'class_name' in config && 'config' in config
}

// --- internal ---

const Serialized = z.looseObject({
  class_name: z.string(),
  module: z.string().nullish(),
  registered_name: z.string().nullish(),
  config: z.unknown().optional(),
})

/** Layers and functions that carry code of their own, or load a file when they are made. */
const CODE = [
  'Lambda',
  '__lambda__',
  'function',
  '__typespec__',
  'TFSMLayer',
  'TorchModuleWrapper',
  'JaxLayer',
  'FlaxLayer',
]
/** Modules of Keras whose functions do something: download, read, switch a check off. */
const DOING = /^(?:tf_)?keras\.(?:src\.)?(?:utils|config|saving|legacy|export|datasets|callbacks|backend)\b/
/** An operation of TensorFlow, by its name: those that read or write files are in `io` and at the top. */
const OPERATION = ['TFOpLambda', 'SlicingOpLambda']
const CALCULATES =
  /^(?:(?:math|nn|linalg|signal|image|__operators__)\.\w+|cast|clip_by_value|concat|convert_to_tensor|expand_dims|gather|identity|ones_like|reshape|shape|slice|split|squeeze|stack|stop_gradient|strided_slice|tile|transpose|unstack|where|zeros_like|compat\.v1\.(?:gather|shape|transpose|nn\.\w+|math\.\w+))$/
/** What is given as a text there is the path of a file, which is read when the layer is made; a list is the words themselves. */
const FILES = new Set([
  'vocabulary',
  'idf_weights',
  'filepath',
  'file_path',
  'fname',
  'origin',
  'path',
  'url',
])
const ELSEWHERE = /^(?:file|https?|ftp|s3|gs|hdfs|hf):\/\//i

function classFindings({
  class_name: name,
  module,
  registered_name: registered,
  config,
}: z.infer<typeof Serialized>): Finding[] {
  const full = module ? `${module}.${name}` : name
  if (CODE.includes(name.split('.').at(-1)!)) return [{ kind: 'code_layer', name }]
  if (OPERATION.includes(name)) {
    const called = z.looseObject({ function: z.string() }).safeParse(config)
    const what = called.success ? called.data.function : undefined
    if (what !== undefined && CALCULATES.test(what)) return []
    return [{ kind: 'code_layer', name: `${name} ${what ?? ''}`.trim() }]
  }
  const own = [registered, name].find(one => one?.includes('>'))
  if (own) return [{ kind: 'foreign_class', name: own }]
  if (!isKerasClass(module ?? undefined, name))
    return [DOING.test(full) ? { kind: 'code_layer', name: full } : { kind: 'foreign_class', name: full }]
  // A class that somebody registered under another name takes its place.
  return registered && registered !== name ? [{ kind: 'foreign_class', name: registered }] : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unscannable('archive', 0)
  }
}
