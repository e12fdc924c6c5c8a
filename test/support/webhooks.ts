import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

/** What GitHub's own description of its webhooks has against a payload; nothing when it is fine. */
export function webhookProblems(event: string, payload: { action?: string }): string[] {
  const validate = judgeOf([event, payload.action]) ?? judgeOf([event])
  if (!validate) return [`GitHub has no webhook ${event}.${payload.action}`]
  const isFine: boolean = validate(payload)
  if (isFine) return []
  return (validate.errors ?? []).map(
    error => `${event}.${payload.action}${error.instancePath} ${error.message}`,
  )
}

// --- internal ---

const { webhooks, ...description } = JSON.parse(
  readFileSync(new URL('../data/github-webhooks-excerpt.json', import.meta.url), 'utf8'),
) as { webhooks: Record<string, object>; $defs: object }
const ajv = new Ajv({ strict: false, allErrors: true })
const judges = new Map<string, ValidateFunction>()

function judgeOf(parts: (string | undefined)[]): ValidateFunction | undefined {
  const name = parts.join('-').replaceAll('_', '-')
  const schema = webhooks[name]
  if (!schema) return undefined
  const known = judges.get(name) ?? ajv.compile({ ...schema, $defs: description.$defs })
  judges.set(name, known)
  return known
}
