import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findBuilder } from '../../../src/services/builders/find-builder.ts'
import { buildImage } from '../../../src/services/builders/run-builder.ts'
import { testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)
let count = 0

/** A machine of its own: a home, a store of images, and on its PATH these programs alone: name → lines of shell. */
function machine(programs: Record<string, string> = {}): Record<string, string> {
  const home = join(folder, `machine-${++count}`)
  mkdirSync(join(home, '.docker'), { recursive: true })
  mkdirSync(join(home, 'bin'))
  for (const [name, lines] of Object.entries(programs)) {
    writeFileSync(join(home, 'bin', name), `#!/bin/sh\n${lines}\n`)
    chmodSync(join(home, 'bin', name), 0o755)
  }
  return { HOME: home, TMPDIR: home, PATH: join(home, 'bin') }
}

const signal = new AbortController().signal

describe('a builder is looked for', () => {
  it('in one order, and asked whether it can be used', async () => {
    const env = machine({
      docker: `case "$2" in
        version) echo "github.com/docker/buildx v0.24.0";;
        *) printf 'Name: default\\nDriver: docker\\nError: Cannot connect to the Docker daemon\\n';;
      esac`,
      podman: 'echo podman version 4.3.1',
    })

    expect(await findBuilder(env, signal)).toEqual({ found: { name: 'podman', version: '4.3.1' } })
  })

  it('and docker buildx is taken where its daemon runs', async () => {
    const env = machine({
      docker: `case "$2" in
        version) echo "github.com/docker/buildx v0.24.0";;
        *) printf 'Name: b\\nDriver: docker-container\\nStatus: running\\n';;
      esac`,
      podman: 'echo podman version 4.3.1',
    })

    expect(await findBuilder(env, signal)).toEqual({ found: { name: 'buildx', version: '0.24.0' } })
  })

  it('without a secret of the job', async () => {
    const env = machine({ podman: 'test -z "$GITHUB_TOKEN$ASSAY_DEPLOY_TOKEN" && echo podman version 4.3.1' })

    const secrets = { GITHUB_TOKEN: 'CANARY', ASSAY_DEPLOY_TOKEN: 'CANARY' }

    expect(await findBuilder({ ...env, ...secrets }, signal)).toMatchObject({ found: { name: 'podman' } })
  })

  it('and where none is there, each says why', async () => {
    const env = machine({ docker: 'exit 1', buildah: 'exit 125' })

    expect(await findBuilder(env, signal)).toEqual({
      missing: [
        'docker buildx refuses `buildx version` (exit code 1)',
        'buildah refuses `--version` (exit code 125)',
        'podman is not installed',
        'kaniko is not installed',
      ],
    })
  })
})

describe('the environment of a builder', () => {
  const image = {
    context: folder,
    dockerfile: join(folder, 'Dockerfile'),
    reference: 'r/c:v',
    time: 7,
    labels: {},
  }
  const build = (env: Record<string, string>, more: object = {}) =>
    buildImage({ name: 'podman', version: '1' }, image, {
      env,
      timeoutSeconds: 20,
      signal,
      onOutput: () => {},
      ...more,
    })
  const TELLS = `env > "$HOME/env"; test -z "$REGISTRY_AUTH_FILE" || cp "$REGISTRY_AUTH_FILE" "$HOME/seen"`

  it('has the time of the commit and its own settings, and no secret of the job', async () => {
    const env = machine({ podman: TELLS })
    const secrets = {
      ASSAY_REGISTRY_PASSWORD: 'CANARY',
      GITHUB_TOKEN: 'CANARY',
      MLFLOW_TRACKING_TOKEN: 'CANARY',
    }

    await build({ ...env, PATH: `${env.PATH}:/usr/bin:/bin`, STORAGE_DRIVER: 'vfs', ...secrets })

    const seen = readFileSync(join(env.HOME!, 'env'), 'utf8')
    expect(seen).toContain('SOURCE_DATE_EPOCH=7')
    expect(seen).toContain('STORAGE_DRIVER=vfs')
    expect(seen).not.toContain('CANARY')
  })

  it('names a file with the login that it is to use, beside those that the machine has, and leaves none behind', async () => {
    const env = machine({ podman: TELLS })
    const config = { auths: { 'base.example': { auth: 'YTpi' } }, credHelpers: { 'r.example': 'own' } }
    writeFileSync(join(env.HOME!, '.docker/config.json'), JSON.stringify(config))

    await build(
      { ...env, PATH: `${env.PATH}:/usr/bin:/bin` },
      { login: { host: 'r.example', user: 'ada', password: 'a:b' } },
    )

    const auth = Buffer.from('ada:a:b').toString('base64')
    expect(JSON.parse(readFileSync(join(env.HOME!, 'seen'), 'utf8'))).toEqual({
      auths: { 'base.example': { auth: 'YTpi' }, 'r.example': { auth } },
      credHelpers: {},
    })
    const [, file] = /^REGISTRY_AUTH_FILE=(.*)$/m.exec(readFileSync(join(env.HOME!, 'env'), 'utf8'))!
    expect(existsSync(file!)).toBe(false)
  })

  it('names for docker a folder with the login, which no helper for all is asked before, and its plugins', async () => {
    const env = machine({
      docker:
        'cp "$DOCKER_CONFIG/config.json" "$HOME/seen"; cat "$DOCKER_CONFIG/cli-plugins/buildx" > "$HOME/plugin"',
    })
    const config = { auths: { 'base.example': {} }, credsStore: 'desktop', currentContext: 'own' }
    writeFileSync(join(env.HOME!, '.docker/config.json'), JSON.stringify(config))
    mkdirSync(join(env.HOME!, '.docker/cli-plugins'))
    writeFileSync(join(env.HOME!, '.docker/cli-plugins/buildx'), 'a plugin')

    await buildImage({ name: 'buildx', version: '1' }, image, {
      env: { ...env, PATH: `${env.PATH}:/usr/bin:/bin` },
      timeoutSeconds: 20,
      signal,
      onOutput: () => {},
      login: { host: 'docker.io', user: 'ada', password: 'p' },
    })

    const login = { auth: Buffer.from('ada:p').toString('base64') }
    const hub = 'https://index.docker.io/v1/'
    expect(JSON.parse(readFileSync(join(env.HOME!, 'seen'), 'utf8'))).toEqual({
      ...config,
      auths: { 'base.example': {}, 'docker.io': login, [hub]: login },
      credHelpers: { 'docker.io': '', [hub]: '' },
    })
    expect(readFileSync(join(env.HOME!, 'plugin'), 'utf8')).toBe('a plugin')
    expect(existsSync(join(env.HOME!, '.docker/cli-plugins/buildx'))).toBe(true)
  })

  it('says which call failed, and how', async () => {
    const env = machine({ podman: 'test "$1" = build || exit 3' })

    expect(await build(env)).toMatchObject({
      failed: { run: 'podman push', ended: { exitCode: 3 } },
    })
  })
})
