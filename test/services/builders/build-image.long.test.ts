import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildImage } from '../../../src/services/builders/run-builder.ts'
import { lookUpTag } from '../../../src/services/registry/registry.ts'
import { testFolder } from '../../support/git-repository.ts'
import { PASSWORD, startRegistry, type TestRegistry } from '../../support/registry.ts'
import { missing } from '../../support/tools.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const signal = new AbortController().signal

describe.skipIf(missing('buildah', '--version') || missing('docker-registry', '--version'))('buildah', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ login: true })
  })
  afterAll(() => registry?.stop())

  /** The same model in a folder of its own, written at another time. */
  function modelIn(name: string, written: number): string {
    const context = join(folder, name)
    mkdirSync(join(context, 'model'), { recursive: true })
    writeFileSync(join(context, 'model/weights.bin'), 'weights')
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY model /models\nENV A=b\n')
    utimesSync(join(context, 'model/weights.bin'), written, written)
    return context
  }

  it('gives the same inputs in two folders and stores the same digest, pushed with the login that it is given', async () => {
    const digests: string[] = []
    for (const [name, written] of [
      ['one', 1_600_000_000],
      ['two', 1_650_000_000],
    ] as const) {
      const env = {
        PATH: process.env.PATH!,
        HOME: folder,
        BUILDAH_ISOLATION: 'chroot',
        STORAGE_DRIVER: 'vfs',
        CONTAINERS_STORAGE_CONF: join(folder, `${name}.conf`),
      }
      const where = `runroot = "${folder}/${name}-run"\ngraphroot = "${folder}/${name}-store"`
      writeFileSync(env.CONTAINERS_STORAGE_CONF, `[storage]\ndriver = "vfs"\n${where}\n`)
      const context = modelIn(name, written)
      const output: string[] = []
      const built = await buildImage(
        { name: 'buildah', version: '1.28.2' },
        {
          context,
          dockerfile: join(context, 'Dockerfile'),
          reference: `${registry.host}/acme/${name}:v1`,
          time: 1_700_000_000,
          labels: { 'org.opencontainers.image.revision': 'abc' },
          plainHost: registry.host,
        },
        {
          env,
          timeoutSeconds: 120,
          signal,
          onOutput: chunk => void output.push(Buffer.from(chunk).toString()),
          login: { host: registry.host, user: 'ada', password: PASSWORD },
        },
      )
      if (!('digest' in built) || built.digest === undefined) throw new Error(output.join(''))
      digests.push(built.digest)
    }

    const found = await lookUpTag(
      { name: `${registry.host}/acme/two`, tag: 'v1' },
      {
        env: {
          ASSAY_REGISTRY_USER: 'ada',
          ASSAY_REGISTRY_PASSWORD: PASSWORD,
          ASSAY_REGISTRY_HOST: registry.host,
        },
      },
    )
    expect(digests).toEqual([found.digest, found.digest])
  })
})
