import { z } from 'zod'
import type { Finding } from '../found/finding.ts'
import { Unscannable } from '../found/unscannable.ts'

/** What the configuration of a Keras model, `config.json` of a `.keras` archive or an attribute of an `.h5`, would load: a `Lambda` is code, and a class of another module brings that in. */
export function kerasFindings(text: string): Finding[] {
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    throw new Unscannable('archive', 0)
  }
  const findings: Finding[] = []
  const waiting: unknown[] = [config]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null) continue
    waiting.push(...Object.values(value))
    const one = Serialized.safeParse(value)
    if (!one.success) continue
    const { class_name: name, module, registered_name: registered } = one.data
    if (CODE.includes(name)) findings.push({ kind: 'code_layer', name })
    else if (module !== undefined && module !== null && !/^keras(?:\.|$)/.test(module))
      findings.push({ kind: 'foreign_class', name: `${module}.${name}` })
    else {
      const own = [registered, name].find(one => one?.includes('>'))
      if (own) findings.push({ kind: 'foreign_class', name: own })
    }
  }
  return findings
}

// --- internal ---

const Serialized = z.looseObject({
  class_name: z.string(),
  module: z.string().nullish(),
  registered_name: z.string().nullish(),
})

/** Layers and functions that carry code of their own, or load a file when they are made. */
const CODE = ['Lambda', '__lambda__', 'function', '__typespec__', 'TFSMLayer', 'TorchModuleWrapper']
