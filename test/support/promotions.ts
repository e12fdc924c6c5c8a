import type { PromotionText } from '../../src/core/promotion/text/text.ts'
import { renderRelease } from '../../src/core/release/record-file.ts'
import { release, releaseOf } from './releases.ts'
import { BASE_COMMIT, CHAMPION_COMMIT, difference, gate, metric, result, slice } from './results.ts'

/** Promotions that an approver may find, by name. */

const FOLDER = 'apps/late-flights/overlays/production'
const FROM = {
  ...release(9, 'late-flights'),
  commit: CHAMPION_COMMIT,
  version: '2026-05-09-e5c87ee',
  metrics: releaseOf().metrics,
}
const TO = releaseOf()

/** The promotion of a plausible release into production, in which `change` replaces what it names. */
export function promotion(change: Partial<PromotionText> = {}): PromotionText {
  return {
    kind: 'promotion',
    environment: 'production',
    from: FROM,
    to: TO,
    weighed: true,
    lands: 'by_approval',
    changes: [
      {
        path: `${FOLDER}/kustomization.yaml`,
        before: kustomization('e5c87ee'),
        after: kustomization('b491386'),
      },
      { path: `${FOLDER}/model-release.yaml`, before: renderRelease(FROM), after: renderRelease(TO) },
    ],
    environments: [
      { name: 'staging', release: TO },
      { name: 'production', release: FROM },
      { name: 'production-us' },
    ],
    waiting: [],
    ...change,
  }
}

const LOST = difference(-0.031, -0.052, -0.01)

export const PROMOTIONS: Record<string, PromotionText> = {
  pass: promotion({
    rendered:
      '--- a/Deployment/late-flights\n+++ b/Deployment/late-flights\n@@ -12 +12 @@\n-  image: registry.example/acme/late-flights:e5c87ee\n+  image: registry.example/acme/late-flights:b491386\n',
  }),
  'not-weighed': promotion({
    weighed: false,
    to: { ...TO, weighed: { against: 'base', commit: BASE_COMMIT } },
  }),
  inconclusive: promotion({
    to: releaseOf({
      verdict: 'inconclusive',
      gates: [
        gate('accuracy not worse than champion by more than 0.005', 'inconclusive'),
        gate('recall at least 0.8', 'fail', {
          waived: { reason: 'labels of May are late', author: 'kim', until: '2026-06-30' },
        }),
        gate('roc_auc at least 0.7', 'pass'),
      ],
      metrics: [metric('accuracy', [0.812, 0.809], difference(-0.003, -0.009, 0.003), { gated: true })],
      slices: [slice('ATL', 412, LOST), slice('ORD', 388, difference(-0.01, -0.03, 0.01))],
    }),
    waiting: [
      {
        release: release(20, 'late-flights'),
        reasons: [{ kind: 'soak', environment: 'staging', until: Date.UTC(2026, 4, 21, 9) }],
      },
    ],
  }),
  'weighed-anew': promotion({
    weighed: false,
    result: result({ verdict: 'fail', slices: [slice('ATL', 412, LOST)] }),
  }),
  first: promotion({
    from: undefined,
    environments: [{ name: 'staging', release: TO }, { name: 'production' }],
    lands: 'now',
  }),
  rollback: promotion({
    kind: 'rollback',
    from: TO,
    to: FROM,
    reason: 'Latency doubled after the release',
    changes: promotion().changes.map(({ path, before, after }) => ({ path, before: after, after: before })),
    environments: [
      { name: 'staging', release: TO },
      { name: 'production', release: TO },
    ],
  }),
}

// --- internal ---

function kustomization(tag: string): string {
  return `# Owned by the platform team
resources: [../../base]
images:
  - name: late-flights
    newName: registry.example/acme/late-flights
    newTag: ${tag}   # the commit
replicas:
  - { name: late-flights, count: 3 }
`
}
