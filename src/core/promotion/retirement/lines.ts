import { isAssayError } from '../../errors/errors.ts'
import { readYaml } from '../../yaml/edit/edit.ts'
import type { ByHand, KeptLine, RetiredPlace, RetirementFacts } from './facts.ts'

/** Lines of files that are not ours, which somebody has to know of when a model is retired. */

/** The lines of its manifests that say the release of the record; a manifest that has none is named all the same. */
export function servingLines(
  { manifests }: RetirementFacts,
  { environment, record, manifests: files }: RetiredPlace,
): KeptLine[] {
  if (!record) return []
  const says = record.image?.digest ?? record.uri
  return files.flatMap((file): KeptLine[] => {
    const text = manifests.get(file)
    if (text === undefined || says === undefined) return []
    const found = linesWith(text, line => line.includes(says))
    return found.length === 0
      ? [{ environment, file, says }]
      : found.map(line => ({ environment, file, line, says }))
  })
}

/** A kustomization of the team that reads a file which goes would not be built any more. */
export function readingLines({ manifests }: RetirementFacts, own: readonly string[]): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    own.flatMap(path => {
      const folder = file.slice(0, file.lastIndexOf('/') + 1)
      if (!path.startsWith(folder)) return []
      const name = literal(path.slice(folder.length))
      const reading = new RegExp(`^[^#]*(?:^|[\\s"'=,:[{])(?:\\./)?${name}(?![\\w./-])`)
      return linesWith(text, line => reading.test(line)).map(
        (line): ByHand => ({ kind: 'reads', file, line, path }),
      )
    }),
  )
}

/** Pods that need a ConfigMap which is not there do not start: what serves would go down with its next pod. */
export function needingLines({ manifests, configMaps }: RetirementFacts): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    configMaps.flatMap(name => {
      const naming = new RegExp(`^[^#]*(?<![\\w.-])${literal(name)}(?![\\w.-])`)
      const lines = linesWith(text, line => naming.test(line))
      if (lines.length === 0 || isOptionalIn(text, file, name)) return []
      return lines.map((line): ByHand => ({ kind: 'needs', file, line, configMap: name }))
    }),
  )
}

/** Where requests are sent to the collector, whoever wrote it. */
export function sendingLines({ manifests, model }: RetirementFacts): ByHand[] {
  return [...manifests].flatMap(([file, text]) =>
    linesWith(text, line => line.includes(`/v1/events/${model}/`)).map(
      (line): ByHand => ({ kind: 'sends', file, line }),
    ),
  )
}

// --- internal ---

/** Whether all that names a ConfigMap does without it too, also in a patch that stands as text. What cannot be read says nothing. */
function isOptionalIn(text: string, file: string, name: string): boolean {
  const needs = (value: unknown): boolean => {
    if (typeof value === 'string' && value.includes('\n') && value.includes(name))
      return !isOptionalIn(value, file, name)
    if (typeof value !== 'object' || value === null) return value === name
    const { name: named, optional, ...others } = value as { name?: unknown; optional?: unknown }
    return (named === name && optional !== true) || Object.values(others).some(needs)
  }
  try {
    return !readYaml(text, file).some(needs)
  } catch (error) {
    if (isAssayError(error, 'YAML_UNREADABLE')) return false
    throw error
  }
}

/** As a regular expression reads it as text. */
function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function linesWith(text: string, has: (line: string) => boolean): number[] {
  return text.split('\n').flatMap((line, at) => (has(line) ? [at + 1] : []))
}
