import { AssayError } from '../../errors/errors.ts'
import { didYouMean } from '../../text/nearest.ts'
import { editYaml, readYaml } from '../../yaml/edit/edit.ts'
import { type Gate, Waiver } from '../gates.ts'
import { parseConfig } from '../read-config.ts'

/**
 * Text of `assay.yml` with one waiver more; all else stays as it was written. The same text where that gate may fail so long
 * already.
 *
 * @param asked `gate`: the name of a gate, or a metric for all gates that ask about it
 * @throws AssayError `WAIVER_IMPOSSIBLE`; `CONFIG_INVALID`, `YAML_EDIT_REFUSED` for a file that cannot be read or edited
 */
export function withWaiver(
  text: string,
  file: string,
  asked: { model: string; gate: string; reason: string; author: string; until: string },
): string {
  const { model, gate, reason, author, until } = asked
  const config = parseConfig(text, file).config.models[model]
  if (!config) throw impossible(`${file} has no model ${model}`)
  const waiver = { ...coveredBy(config.gates, gate), reason, author, until }
  const wrong = Waiver.safeParse(waiver).error?.issues[0]
  if (wrong) throw impossible(`${wrong.path.join('.')}: ${wrong.message}`)
  const there = config.waivers.some(
    one => one.metric === waiver.metric && one.gate === waiver.gate && one.until >= waiver.until,
  )
  if (there) return text
  const [top] = readYaml(text, file) as [Record<string, unknown>]
  const isShort = Object.hasOwn(top, 'model') && !Object.hasOwn(top, 'models')
  const path = [...(isShort ? [] : ['models', model]), 'waivers', config.waivers.length]
  return editYaml(text, file, [{ path, value: waiver, add: true }]).text
}

// --- internal ---

function coveredBy(gates: readonly Gate[], wanted: string): { metric: string; gate?: string } {
  const named = gates.find(({ name }) => name === wanted)
  if (named) return { metric: named.metric, gate: wanted }
  if (gates.some(({ metric }) => metric === wanted)) return { metric: wanted }
  const known = gates.flatMap(({ name, metric }) => name ?? metric)
  const fix = didYouMean(wanted, known) ?? `gates: ${[...new Set(known)].slice(0, 20).join(', ')}`
  throw impossible(`there is no gate ${wanted}`, fix)
}

function impossible(what: string, fix?: string): AssayError {
  return new AssayError({
    code: 'WAIVER_IMPOSSIBLE',
    title: 'It cannot be waived',
    problems: [{ what, ...(fix !== undefined && { fix }) }],
  })
}
