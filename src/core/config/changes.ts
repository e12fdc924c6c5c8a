import { maskPersonalData } from '../secrets/secrets.ts'
import type { Config, ModelConfig } from './config.ts'
import { renamesInForce, ruleInWords, withNewNames } from './gates.ts'

/** What a pull request changes in the configuration, one sentence each; a reviewer of numbers must not miss a moved goalpost. */
export function describeChanges(before: Config, after: Config): string[] {
  const changes: string[] = []
  for (const [name, modelConfig] of Object.entries(before.models)) {
    const own = after.models[name]
    if (!own) changes.push(`${name} is removed from the configuration.`)
    else {
      // A gate on what is only called something else asks the same.
      const renamed = renamesInForce(modelConfig.renamed, own.renamed)
      changes.push(...modelChanges(name, withNewNames(modelConfig, renamed).config, own))
    }
  }
  for (const name of Object.keys(after.models))
    if (!(name in before.models)) changes.push(`${name} is new in the configuration.`)
  return changes
}

// --- internal ---

function modelChanges(name: string, before: ModelConfig, after: ModelConfig): string[] {
  const gates = listChanges(before.gates.map(gateInWords), after.gates.map(gateInWords))
  const waivers = listChanges(before.waivers.map(waiverInWords), after.waivers.map(waiverInWords))
  const keys = (Object.keys({ ...before, ...after }) as (keyof ModelConfig)[]).filter(
    key => key !== 'gates' && key !== 'waivers' && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
  return [
    ...gates.removed.map(gate => `${name}: gate removed: ${gate}.`),
    ...gates.added.map(gate => `${name}: gate added: ${gate}.`),
    ...waivers.removed.map(waiver => `${name}: waiver removed: ${waiver}.`),
    ...waivers.added.map(waiver => `${name}: waiver added: ${waiver}.`),
    ...(keys.length > 0 ? [`${name}: ${keys.map(key => `\`${key}\``).join(', ')} changed.`] : []),
  ]
}

/** Names and reasons are a person's, and the sentence is ours: personal data is masked in the former only. */
function waiverInWords(waiver: ModelConfig['waivers'][number]): string {
  return maskPersonalData(`${waiver.metric} until ${waiver.until} (${waiver.author}: ${waiver.reason})`)
}

function gateInWords(gate: ModelConfig['gates'][number]): string {
  const extra = [
    gate.name ? `named "${maskPersonalData(gate.name)}"` : '',
    gate.if_inconclusive === 'fail' ? 'fails when inconclusive' : '',
    gate.slices && gate.min_rows !== 50 ? `slices of ${gate.min_rows} rows or more` : '',
  ].filter(Boolean)
  return `${maskPersonalData(ruleInWords(gate))}${extra.length > 0 ? ` (${extra.join('; ')})` : ''}`
}

function listChanges(before: string[], after: string[]): { removed: string[]; added: string[] } {
  return {
    removed: before.filter(entry => !after.includes(entry)),
    added: after.filter(entry => !before.includes(entry)),
  }
}
