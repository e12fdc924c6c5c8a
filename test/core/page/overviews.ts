import type { Cell, SeenOverview } from '../../../src/core/page/overview.ts'
import type { CellState } from '../../../src/core/page/states.ts'
import type { Story } from '../../../src/core/page/story.ts'
import { release } from '../../support/releases.ts'

/** What the page is made from, without any repository. */

export const NOW = Date.parse('2026-06-01T12:00:00Z')
export const ENVIRONMENTS = ['development', 'staging', 'canary', 'production']

export function cell(model: string, environment: string, change: Partial<Cell> = {}): Cell {
  return {
    model,
    environment,
    version: '2026-05-20-0000014',
    commit: '14'.padStart(40, '0'),
    ageDays: 12,
    verdict: 'pass',
    owner: 'ada',
    state: 'serves',
    reviewers: [],
    ...change,
  }
}

export function seenOf(cells: Cell[], change: Partial<SeenOverview> = {}): SeenOverview {
  const repository = 'acme/deploy'
  return {
    repository,
    overview: { repository, environments: ENVIRONMENTS, cells, readAt: NOW - 20_000 },
    mayWrite: true,
    ...change,
  }
}

const [FIRST, SECOND] = [release(1), release(20)]
/** A release waits in staging for production, where the first one serves. */
export const STORY: Story = {
  repository: 'acme/deploy',
  model: 'churn',
  environments: ['staging', 'production'],
  cells: [cell('churn', 'production', { state: 'waits', waits: 'soak' })],
  inFlight: [
    {
      environment: 'production',
      version: SECOND.version,
      pullRequest: { number: 3, url: 'https://github.example/acme/deploy/pull/3' },
      conditions: [
        { words: 'soak in staging until 2026-06-02 02:00 UTC', alone: true },
        { words: 'verdict fail, needed: pass', alone: false },
      ],
    },
  ],
  clusters: [],
  stays: [
    { environment: 'staging', release: FIRST, from: Date.parse('2026-05-02T10:00:00Z'), until: NOW },
    { environment: 'staging', release: SECOND, from: NOW },
    { environment: 'production', release: FIRST, from: Date.parse('2026-05-05T10:00:00Z') },
  ],
  readAt: NOW,
}

/** An organisation on an ordinary day: of ten models, two wait by themselves, one for somebody; one in fifty is wrong. */
export function organisation(models: number): Cell[] {
  const names = ['churn', 'fraud', 'ranking', 'late-flights', 'demand', 'pricing', 'search', 'spam']
  return Array.from({ length: models }, (_, index) =>
    ENVIRONMENTS.map(environment => {
      const model = `${names[index % names.length]}-${String(index).padStart(3, '0')}`
      const ordinary = cell(model, environment, { ageDays: (index * 7) % 90 })
      return environment === 'production' ? { ...ordinary, ...unusual(index) } : ordinary
    }),
  ).flat()
}

// --- internal ---

function unusual(index: number): Partial<Cell> {
  const next = '2026-05-31-000001f'
  const request = { number: index, url: `https://github.example/acme/deploy/pull/${index}` }
  if (index % 50 === 7)
    return {
      state: 'wrong' satisfies CellState,
      waits:
        'changed by hand by Eve in 1234567, 2026-05-31 10:00 UTC: apps/x/kustomization.yaml:4 images[0].digest is sha256:00, recorded is sha256:14',
    }
  if (index % 10 === 3)
    return {
      state: 'person',
      waits: `${next} waits for approval, pull request ${index}`,
      pullRequest: request,
      reviewers: index % 20 === 3 ? ['ada', 'acme/ml-platform'] : ['wim'],
    }
  if (index % 5 === 0)
    return {
      state: 'waits',
      waits: `${next}: soak in canary until 2026-06-0${1 + (index % 8)} 16:00 UTC`,
      until: NOW + (index % 8) * 86_400_000,
      pullRequest: request,
    }
  return {}
}
