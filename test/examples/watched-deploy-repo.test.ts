import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Context } from '../../src/commands/command/context.ts'
import { run as init } from '../../src/commands/init.ts'
import { testFolder } from '../support/git-repository.ts'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { missing } from '../support/tools.ts'

/** `examples/watched-deploy-repo` is what promotions write, byte for byte. */

const REPO = 'examples/watched-deploy-repo'
const { folder, remove } = testFolder()
afterAll(remove)
const copy = join(folder, 'deploy')
cpSync(REPO, copy, { recursive: true })

const files = readdirSync(REPO, { recursive: true, encoding: 'utf8' }).filter(name => /\.ya?ml$/.test(name))
const textsIn = (root: string) =>
  Object.fromEntries(
    files.map(file => {
      const path = join(root, file)
      return [file, existsSync(path) ? readFileSync(path, 'utf8') : undefined]
    }),
  )
const WATCH_FILES = files.filter(file => file.endsWith('model-watch.yaml'))

describe('the example of a deploy repository whose models are watched', () => {
  it('is what `init --watch` writes anew where it was taken away', async () => {
    const config = readFileSync(join(copy, 'assay-deploy.yml'), 'utf8')
    const options = {
      ci: undefined,
      bot: false,
      drift: false,
      watch: true,
      deploy: false,
      force: false,
      'dry-run': false,
    }
    const write = (text: string) => {
      writeFileSync(join(copy, 'assay-deploy.yml'), text)
      return init({ folder: copy } as Context, options)
    }

    await write(config.replaceAll(/^( *)watch:\n(?:\1 .*\n)+/gm, '$1watch: {}\n'))
    const bare = textsIn(copy)
    expect(WATCH_FILES.map(file => bare[file])).toEqual([undefined, undefined])
    expect(Object.values(bare).join('')).not.toContain('/v1/events/')
    expect(bare['apps/late-flights/production/kustomization.yaml']).not.toContain('model-watch.yaml')

    const { text: said } = await write(config)
    expect(said).not.toContain('!')
    expect(textsIn(copy)).toEqual(textsIn(REPO))
  })

  it('has nothing that Kubernetes and the operator of Prometheus do not take', () => {
    const manifests = files.filter(file => !/release|profile|assay-deploy|kustomization/.test(file))

    expect(manifests).toHaveLength(4)
    for (const file of manifests)
      expect([file, schemaProblems(readFileSync(join(REPO, file), 'utf8'))]).toEqual([file, []])
  })

  const why = missing('kustomize', 'version')
  it.skipIf(why)(`is rendered by kustomize${why ? ` (skipped: ${why})` : ''}`, () => {
    const render = (path: string) =>
      parseAllDocuments(
        execFileSync('kustomize', ['build', join(REPO, path)], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, HOME: folder },
        }),
      ).map(document => document.toJS())
    const named = (objects: ReturnType<typeof render>) =>
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)

    expect(named(render('apps/late-flights/production'))).toContain(
      'ConfigMap ml-production/assay-late-flights',
    )
    const collector = render('collector')
    expect(named(collector)).toContain('StatefulSet ml-production/assay-collector')
    const { containers, volumes } = collector.find(({ kind }) => kind === 'StatefulSet').spec.template.spec
    const mounted = containers[0].volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)
    expect(mounted).toEqual(expect.arrayContaining(['/profiles/churn', '/profiles/late-flights']))
    const profiles = WATCH_FILES.flatMap(
      file => readFileSync(join(REPO, file), 'utf8').match(/assay-profile-[\w-]+/) ?? [],
    )
    expect(JSON.stringify(volumes)).toMatch(new RegExp(profiles.map(name => `(?=.*"${name}")`).join('')))
  })
})
