import { describe, expect, it } from 'vitest'
import { COMMANDS, type CommandName } from '../../../src/core/chatops/grammar.ts'
import { ownersOf } from '../../../src/core/chatops/owners.ts'
import {
  mayCommand,
  mayRetrain,
  mayReweigh,
  mayWaive,
  mayWrite,
  type Right,
  type RightsFacts,
  type WaiverFacts,
} from '../../../src/core/chatops/rights.ts'

const KIM = { id: 7, login: 'kim' }
const ACTING = (Object.keys(COMMANDS) as CommandName[]).filter(
  name => !['help', 'status', 'waive', 'retrain', 'reweigh'].includes(name),
)
const right = (right: Extract<Right, { kind: 'known' }>['right'], id = KIM.id): Right => ({
  kind: 'known',
  id,
  right,
})

function may(name: CommandName, change: Partial<RightsFacts> = {}) {
  const facts = { command: { name }, author: KIM, deploy: right('write') }
  return mayCommand({ ...facts, ...change })
}

describe('who may', () => {
  it.each(ACTING)('%s: whoever may write to the deploy repository, where nobody is named', name => {
    expect(may(name)).toEqual({ may: true })
    for (const less of ['none', 'read', 'triage'] as const)
      expect(may(name, { deploy: right(less) })).toMatchObject({ may: false })
  })

  it.each(ACTING)('%s: nobody where anything is not known', name => {
    expect(may(name, { deploy: { kind: 'unknown', why: 'the forge answered 502' } })).toEqual({
      may: false,
      why: 'the forge answered 502',
    })
    expect(may(name, { deploy: undefined })).toMatchObject({ may: false })
    // The login belongs to somebody else by now.
    expect(may(name, { deploy: right('admin', 8) })).toMatchObject({ may: false })
    // An answer that is no role.
    expect(may(name, { deploy: right('owner' as never) })).toMatchObject({ may: false })
  })

  it('only those who are named for the environment, but a hold', () => {
    const named = (isAmong: boolean | { why: string }) => ({ named: { people: ['ada', 'acme/ml'], isAmong } })

    for (const name of ACTING) {
      expect(may(name, named(true))).toEqual({ may: true })
      expect(may(name, { ...named(true), deploy: right('read') })).toMatchObject({ may: false })
      if (name === 'hold') expect(may(name, named(false))).toEqual({ may: true })
      else {
        expect(may(name, named(false))).toMatchObject({
          may: false,
          why: expect.stringContaining('ada, acme/ml'),
        })
        expect(may(name, named({ why: 'the team cannot be read' }))).toMatchObject({ may: false })
      }
    }
  })
})

describe('a waiver', () => {
  const facts: WaiverFacts = {
    author: KIM,
    here: right('write'),
    owners: { people: ['kim'], isAmong: true },
    makers: [8, 9],
  }

  it('is for owners of the gates', () => {
    expect(mayWaive(facts)).toEqual({ may: true })
    for (const isAmong of [false, { why: 'the team cannot be read' }])
      expect(mayWaive({ ...facts, owners: { people: ['ada'], isAmong } })).toMatchObject({ may: false })
    for (const less of ['none', 'read', 'triage'] as const)
      expect(mayWaive({ ...facts, here: right(less) })).toMatchObject({ may: false })
    expect(mayWaive({ ...facts, here: right('admin', 8) })).toMatchObject({ may: false })
    expect(mayWaive({ ...facts, here: { kind: 'unknown', why: '502' } })).toMatchObject({ may: false })
  })

  it('is for maintainers where nobody owns them', () => {
    expect(mayWaive({ ...facts, owners: undefined })).toMatchObject({ may: false })
    expect(mayWaive({ ...facts, owners: undefined, here: right('maintain') })).toEqual({ may: true })
  })

  it('is never for those who wrote what is judged, nor where nobody can tell who did', () => {
    expect(mayWaive({ ...facts, makers: [8, KIM.id], here: right('admin') })).toMatchObject({ may: false })
    expect(mayWaive({ ...facts, makers: { why: 'who knows' } })).toEqual({ may: false, why: 'who knows' })
    expect(may('waive')).toMatchObject({ may: false })
  })
})

describe('a retraining', () => {
  it('is for owners of the gates, also of those who wrote the pull request, else for maintainers', () => {
    const facts = { author: KIM, here: right('write'), owners: { people: ['kim'], isAmong: true } }
    expect(mayRetrain(facts)).toEqual({ may: true })
    expect(mayRetrain({ ...facts, owners: { people: ['ada'], isAmong: false } })).toMatchObject({
      may: false,
    })
    expect(mayRetrain({ ...facts, here: right('read') })).toMatchObject({ may: false })
    expect(mayRetrain({ author: KIM, here: right('write') })).toMatchObject({ may: false })
    expect(mayRetrain({ author: KIM, here: right('maintain') })).toEqual({ may: true })
    expect(may('retrain')).toMatchObject({ may: false })
  })
})

describe('weighing once more', () => {
  it('is for whoever may push', () => {
    expect(mayReweigh({ author: KIM, here: right('write') })).toEqual({ may: true })
    for (const here of [right('triage'), right('admin', 8), { kind: 'unknown', why: '502' } as const])
      expect(mayReweigh({ author: KIM, here })).toMatchObject({ may: false })
    expect(may('reweigh')).toMatchObject({ may: false })
  })
})

it('writing is of the very account, and known', () => {
  expect(mayWrite(right('write'), KIM)).toBe(true)
  for (const not of [right('triage'), right('admin', 8), { kind: 'unknown', why: '502' } as const])
    expect(mayWrite(not, KIM)).toBe(false)
})

describe('owners of a folder', () => {
  const FILE = 'apps/churn/overlays/production/model-release.yaml'

  it.each<[string, string[] | undefined]>([
    ['* @kim', ['kim']],
    ['* @kim\napps/ @acme/ml @ada', ['acme/ml', 'ada']],
    ['/apps/churn/ @ada', ['ada']],
    ['apps/churn/overlays/production/ @ada # who deploys', ['ada']],
    ['apps/*/overlays/production/ @ada', ['ada']],
    ['production/ @ada', ['ada']],
    ['*.yaml @ada', ['ada']],
    ['overlays/production/ @ada', undefined],
    ['apps/* @ada', undefined],
    ['/production/ @ada', undefined],
    ['staging/ @ada', undefined],
    ['* @kim\napps/churn/', []],
    ['* ada@example.org', []],
    ['# * @kim', undefined],
    ['[Models]\n* @kim', ['kim']],
    ['', undefined],
  ])('%j: %j', (text, owners) => {
    expect(ownersOf(text, FILE)).toEqual(owners)
  })
})
