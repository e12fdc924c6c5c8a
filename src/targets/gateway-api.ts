import * as z from 'zod'
import type { YamlEdit, YamlValue } from '../core/yaml/edit/edit.ts'
import { ensureHashedBy } from './parts/hash-policy.ts'
import { addedHeaders, referenceTo, setsRelease } from './parts/http-backend.ts'
import { type Fields, type FoundObject, fields, findObject, list, ObjectName } from './parts/manifest.ts'
import { ManifestPath, manifestPath } from './parts/manifest-path.ts'
import { type OwnItems, ownItemEdits } from './parts/own-items.ts'
import { type Arm, cookieRegex, isCookieRegex, segmentsOf, setCookie } from './parts/pinned.ts'
import { championAlone, ensureNoCookie, lineIn, ruleOf } from './parts/traffic.ts'
import { ARM_RELEASE, armProblems, twoArms } from './parts/two-arms.ts'
import { type Arms, type Manifest, refusal } from './target.ts'

const Backend = z
  .strictObject({
    backend: z.string().min(1).describe('Name of the backend, as the manifest writes it.'),
    ...ARM_RELEASE,
  })
  .superRefine(armProblems)

const Options = z
  .strictObject({
    file: manifestPath('http-route.yaml'),
    name: ObjectName,
    rule: z
      .union([z.string().min(1), z.int().nonnegative()])
      .optional()
      .describe(
        'Name of the entry in `spec.rules`, or its index among those that are not Assay’s. Default: the only one.',
      ),
    policy: ManifestPath.optional().describe(
      'File of the BackendTrafficPolicy of Envoy Gateway that hashes a header: `sticky: header …` needs it.',
    ),
    champion: Backend.describe('Where the champion serves, and what writes its release.'),
    challenger: Backend.describe(
      'Where a challenger serves in a canary. Otherwise it has the champion’s release and no traffic.',
    ),
  })
  .refine(({ champion, challenger }) => champion.backend !== challenger.backend, {
    path: ['challenger'],
    message: 'is the same backend as `champion`',
  })
type Options = z.infer<typeof Options>

/** Two workloads behind a Gateway API HTTPRoute: the release of each, and the rules to them. */
export const gatewayApi = twoArms('gateway-api', Options, {
  reads: ({ policy }) => (policy === undefined ? [] : [policy]),
  sticky: ['cookie', 'header', 'none'],
  serviceOf: (options, arm) => options[arm].backend,
  alone(manifest, _, options) {
    const found = rulesIn(manifest, options)
    return ownItemEdits(ownIn(found, options), [], found.index)
  },
  split(manifest, arms, options, [policy]): YamlEdit[] {
    const found = rulesIn(manifest, options)
    ensureDrawn(manifest, found)
    if (typeof arms.sticky === 'object')
      ensureHashedBy({ manifest, policy, route: found.name, header: arms.sticky.header })
    const rules = rulesOf(manifest, arms, options, found)
    ensureRoom(manifest, arms, found, options, rules)
    return ownItemEdits(ownIn(found, options), rules, found.index)
  },
})

// --- internal ---

interface FoundRules extends Pick<FoundObject, 'document'> {
  /** Of the HTTPRoute. */
  name: string
  rules: unknown[]
  /** Of the person's own rule. */
  index: number
  rule: Fields
  /** The champion's reference in it. */
  champion: Fields
}

const PATH = ['spec', 'rules']
/** The most rules of a route, and references of a rule, that the API takes; and matches of all rules together. */
const [MOST, MOST_MATCHES] = [16, 128]

/**
 * Whether a rule is Assay's. Old definitions of the API know no names of rules: it is told by the header that all of its answers
 * get, among several backends or for a cookie of Assay's.
 */
function isAssays(rule: unknown): boolean {
  const { name, matches, backendRefs } = fields(rule)
  const references = list(backendRefs)
  const isKept = list(matches).some(match =>
    list(fields(match).headers).some(header => isCookieRegex(fields(header).value)),
  )
  return name === undefined && (isKept || references.length > 1) && references.every(setsRelease)
}

function ownIn({ document, rules }: FoundRules, { champion, challenger }: Options): OwnItems {
  const backends: unknown[] = [champion.backend, challenger.backend]
  const isOwn = (rule: unknown) =>
    isAssays(rule) && list(fields(rule).backendRefs).every(one => backends.includes(fields(one).name))
  return { document, path: PATH, items: rules, isOwn }
}

function rulesIn(manifest: Manifest, options: Options): FoundRules {
  const { document, value } = findObject(manifest, {
    kind: 'HTTPRoute',
    group: 'gateway.networking.k8s.io',
    name: options.name,
  })
  const rules = list(fields(value.spec).rules)
  const label = { document, path: PATH, text: 'spec.rules', option: 'rule' }
  const { index, rule } = ruleOf(manifest, rules, options.rule, label, isAssays)
  const references = list(rule.backendRefs).map(fields)
  const at = {
    document,
    path: [...PATH, index, 'backendRefs'],
    label: `\`spec.rules[${index}].backendRefs\``,
  }
  const backends = references.map(({ name, weight }) => ({ name: String(name), weight, default: 1 }))
  const champion = championAlone(manifest, at, backends, options.champion.backend)
  if (rule.sessionPersistence !== undefined && references.length > 1)
    throw outranked(manifest, document, index)
  const name = String(fields(value.metadata).name)
  return { document, name, rules, index, rule, champion: references[champion]! }
}

/** A session goes on at a backend whose weight is 0: so says GEP-1619. */
function outranked(manifest: Manifest, document: number, index: number) {
  return refusal({
    what: 'a session outranks weights, even the weight 0 (`sessionPersistence`)',
    where: lineIn(manifest, document, [...PATH, index, 'sessionPersistence']),
    fix: 'take `sessionPersistence` away: a canary keeps its users by itself (`sticky: cookie`)',
  })
}

function ensureDrawn(manifest: Manifest, { document, index, rule }: FoundRules): void {
  if (rule.sessionPersistence !== undefined) throw outranked(manifest, document, index)
}

/** Two rules for those who are kept with an arm, and one that draws: else all as in the person's own rule. */
function rulesOf(manifest: Manifest, arms: Arms, options: Options, found: FoundRules): YamlValue[] {
  const { name: _, matches, backendRefs: __, ...rest } = found.rule
  if (arms.sticky === 'cookie') {
    const at = { document: found.document, path: [...PATH, found.index, 'backendRefs'] }
    ensureNoCookie(manifest, at, addedHeaders(found.champion))
  }
  const to = (arm: Arm, more: { weight?: number; cookie?: string } = {}) =>
    referenceTo(options[arm].backend, found.champion, arms[arm].version, more)
  const kept = (arm: Arm) => ({
    matches: matchesOf(manifest, found, cookieRegex(arms, arm)),
    backendRefs: [to(arm)],
    ...rest,
  })
  const drawn = {
    ...(matches !== undefined && { matches }),
    backendRefs: segmentsOf(arms).map(({ arm, percent, upTo }) =>
      to(arm, { weight: percent, ...(upTo !== undefined && { cookie: setCookie(arms, upTo) }) }),
    ),
    ...rest,
  }
  const rules: object[] = [...(arms.sticky === 'cookie' ? [kept('challenger'), kept('champion')] : []), drawn]
  return rules as YamlValue[]
}

function matchesOf(manifest: Manifest, { document, index, rule }: FoundRules, regex: string): object[] {
  const matches = rule.matches === undefined ? [{}] : list(rule.matches)
  return matches.map((entry, at) => {
    const { headers, ...match } = fields(entry)
    if (list(headers).some(header => /^cookie$/i.test(String(fields(header).name))))
      throw refusal({
        what: 'the rule matches the header `cookie` itself, and a canary keeps its users by that header',
        where: lineIn(manifest, document, [...PATH, index, 'matches', at]),
        fix: 'take that match away, or use `sticky: none` with `unit: request`',
      })
    const kept = { type: 'RegularExpression', name: 'cookie', value: regex }
    return { ...match, headers: [...list(headers), kept] }
  })
}

/** What the API would not take. */
function ensureRoom(
  manifest: Manifest,
  arms: Arms,
  found: FoundRules,
  options: Options,
  rules: readonly unknown[],
): void {
  const own = ownIn(found, options)
  const all = [...found.rules.filter(rule => !own.isOwn(rule)), ...rules]
  const matches = all.reduce<number>((sum, rule) => sum + Math.max(1, list(fields(rule).matches).length), 0)
  const segments = segmentsOf(arms).length
  const where = lineIn(manifest, found.document, PATH)
  if (all.length > MOST || matches > MOST_MATCHES)
    throw refusal({
      what: `the route would have ${all.length} rules with ${matches} matches, and can have ${MOST} with ${MOST_MATCHES}`,
      where,
      fix: 'divide it',
    })
  if (segments > MOST)
    throw refusal({
      what: `${arms.steps.length} steps make ${segments} backends of a rule, which can have ${MOST}`,
      where,
      fix: `write at most ${MOST - 1} \`steps\``,
    })
}
