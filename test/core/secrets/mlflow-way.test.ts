import { describe, expect, it } from 'vitest'
import { mlflowWay } from '../../../src/core/secrets/mlflow-way.ts'

const LOCAL = { name: 'local' }
const SERVER = 'https://mlflow.example'
const TOKEN = { MLFLOW_TRACKING_TOKEN: 'tracking-token' }

describe('the way to MLflow', () => {
  it('is that of the configuration, with the token that is meant for it', () => {
    const env = { ...TOKEN, MLFLOW_TRACKING_URI: `${SERVER}/` }

    expect(mlflowWay(LOCAL, { server: SERVER, namedBy: 'base' }, env)).toEqual({
      server: SERVER,
      setting: '`mlflow.server`',
      token: 'tracking-token',
    })
  })

  it('is that of the environment where the configuration names none', () => {
    const env = {
      MLFLOW_TRACKING_URI: SERVER,
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'secret',
      ...TOKEN,
    }

    expect(mlflowWay(LOCAL, { server: undefined, namedBy: 'base' }, env)).toEqual({
      server: SERVER,
      setting: 'MLFLOW_TRACKING_URI',
      login: { user: 'ada', password: 'secret' },
    })
    expect(mlflowWay(LOCAL, { server: undefined, namedBy: 'base' }, TOKEN)).toBeUndefined()
  })

  it.each([
    ['another server', { MLFLOW_TRACKING_URI: 'https://other.example' }],
    ['another port', { MLFLOW_TRACKING_URI: `${SERVER}:8443` }],
    ['another path', { MLFLOW_TRACKING_URI: `${SERVER}/team` }],
    ['plain http', { MLFLOW_TRACKING_URI: 'http://mlflow.example' }],
    ['a file', { MLFLOW_TRACKING_URI: 'sqlite:///mlflow.db' }],
    ['no server', {}],
  ])('is none where the environment names %s beside the token', (_, env) => {
    const way = mlflowWay(LOCAL, { server: SERVER, namedBy: 'base' }, { ...TOKEN, ...env })

    expect(way).toHaveProperty('refused')
    expect(JSON.stringify(way)).not.toContain('tracking-token')
  })

  it('is none for a fork, and none that a pull request names itself', () => {
    const env = { ...TOKEN, MLFLOW_TRACKING_URI: SERVER }
    const pull = { name: 'GitHub Actions', pullRequest: 7 }

    expect(mlflowWay({ ...pull, fromFork: true }, { server: SERVER, namedBy: 'base' }, env)).toHaveProperty(
      'refused',
    )
    expect(mlflowWay(pull, { server: SERVER, namedBy: 'candidate' }, env)).toHaveProperty('refused')
    expect(mlflowWay(pull, { server: SERVER, namedBy: 'base' }, env)).toHaveProperty('server')
  })

  it('shows no password that stands in an address', () => {
    const env = { MLFLOW_TRACKING_URI: 'https://ada:hunter2secret@mlflow.example' }
    const way = mlflowWay(LOCAL, { server: undefined, namedBy: 'base' }, env)

    expect(way).toHaveProperty('refused')
    expect(JSON.stringify(way)).not.toContain('hunter2secret')
  })
})
