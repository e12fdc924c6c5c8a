import { describe, expect, it } from 'vitest'
import { isFrom, isSameRepository } from '../../src/core/release/image-reference.ts'
import { TARGETS } from '../../src/targets/index.ts'
import { RELEASE, refusalOf } from './cases.ts'

const OTHER = `ghcr.io/other/thing@sha256:${'1'.repeat(64)}`
const DIGEST = RELEASE.image!.digest
const BOTH = 'the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io/other/thing'
const CORRECT = 'fix: correct the manifest, or allow its registry in `registries`'
const REPOSITORY = 'fix: correct the repository, or write `{image.name}` into it too'

/** What an edit makes of a text. */
function edited(target: string, text: string, options: Record<string, unknown>, image = RELEASE.image!) {
  const files = new Map([['f.yaml', text]])
  return TARGETS[target]!.edit(files, { ...RELEASE, image }, { file: 'f.yaml', ...options }).get('f.yaml')
}

const set = (path: unknown, value: string) => ({ set: [{ path, value }] })
const rollout = (image: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: { name: churn }\nspec:\n  template:\n    spec:\n      containers:\n        - name: server\n          image: ${image}\n`
const service = (image: string) =>
  `apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: { name: churn }\nspec:\n  predictor:\n    containers:\n      - name: server\n        image: ${image}\n`

describe('no target writes a version under the name of another image', () => {
  it.each<[name: string, target: string, text: string, options: Record<string, unknown>, message: string]>([
    ['an entry of a kustomization', 'kustomize', `images:\n  - name: churn\n    newName: ghcr.io/other/thing\n    digest: x\n`, { image: 'churn' }, `f.yaml:3: ${BOTH} | ${CORRECT}`],
    ['a Rollout', 'argo-rollouts', rollout(OTHER), {}, `f.yaml:9: ${BOTH} | ${CORRECT}`],
    ['an InferenceService', 'kserve', service(OTHER), { write: 'image' }, `f.yaml:8: ${BOTH} | ${CORRECT}`],
    ['a whole image in values', 'helm-values', `image: ${OTHER}\n`, set('image', '{image}'), `f.yaml:1: ${BOTH} | ${CORRECT}`],
    ['a whole image in YAML', 'yaml', `a: 1\nspec: { image: "${OTHER}" }\n`, set('spec.image', '{image}'), `f.yaml:2: ${BOTH} | ${CORRECT}`],
    ['a whole image with a scheme', 'yaml', `image: docker://${OTHER}\n`, set('image', 'docker://{image}'), `f.yaml:1: ${BOTH} | ${CORRECT}`],
    ['a digest beside a repository', 'helm-values', `image:\n  digest: sha256:1\n  repository: ghcr.io/other/thing\n`, set('image.digest', '{image.digest}'), `f.yaml:3: ${BOTH} | ${REPOSITORY}`],
    ['a tag beside a repository', 'helm-values', `image:\n  repository: ghcr.io/other/thing\n  tag: v1\n`, set('image.tag', '{image.tag}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['a tag with more text', 'helm-values', `image:\n  repository: ghcr.io/other/thing\n  tag: v1\n`, set('image.tag', 'v{image.tag}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['a registry of its own key', 'helm-values', `image:\n  registry: ghcr.io\n  repository: other/thing\n  digest: ''\n`, set('image.digest', '{image.digest}'), `f.yaml:3: ${BOTH} | ${REPOSITORY}`],
    ['a registry for all', 'helm-values', `global: { imageRegistry: ghcr.io }\nimage: { registry: quay.io, repository: other/thing, tag: v1 }\n`, set('image.tag', '{image.tag}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['keys without a map', 'helm-values', `predictorImage: ghcr.io/other/thing\npredictorImageTag: v1\n`, set('predictorImageTag', '{image.tag}'), `f.yaml:1: ${BOTH} | ${REPOSITORY}`],
    ['keys with a line', 'yaml', `image_repository: ghcr.io/other/thing\nimage_digest: x\n`, set('image_digest', '{image.digest}'), `f.yaml:1: ${BOTH} | ${REPOSITORY}`],
    ['a kustomization by paths', 'yaml', `images:\n  - name: churn\n    newName: ghcr.io/other/thing\n    newTag: v1\n`, set(['images', { name: 'churn' }, 'newTag'], '{image.tag}'), `f.yaml:3: ${BOTH} | ${REPOSITORY}`],
    ['parameters of a chart', 'yaml', `parameters:\n  - { name: image.repository, value: ghcr.io/other/thing }\n  - { name: image.tag, value: v1 }\n`, set(['parameters', { name: 'image.tag' }, 'value'], '{image.tag}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['the name in the text itself', 'yaml', `image: x\n`, set('image', 'ghcr.io/other/thing@{image.digest}'), `f.yaml:1: ${BOTH} | ${REPOSITORY}`],
    ['the name in the text, of a model', 'yaml', `image: x\n`, set('image', 'ghcr.io/other/thing:{image.tag}@{image.digest}'), `f.yaml:1: ${BOTH} | ${REPOSITORY}`],
    ['a kustomization by paths, without another name', 'yaml', `images:\n  - { name: thing, digest: x }\n`, set(['images', { name: 'thing' }, 'digest'], '{image.digest}'), `f.yaml:2: the release brings the image ghcr.io/acme/churn, the manifest has thing | ${REPOSITORY}`],
    ['a tag that is called version', 'helm-values', `image:\n  repository: ghcr.io/other/thing\n  version: v1\n`, set('image.version', '{image.tag}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['a repository that is called url', 'helm-values', `image:\n  url: oci://ghcr.io/other/thing\n  digest: x\n`, set('image.digest', '{image.digest}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['a digest in a map of its own', 'helm-values', `image:\n  repository: ghcr.io/other/thing\n  pin: { digest: x }\n`, set('image.pin.digest', '{image.digest}'), `f.yaml:2: ${BOTH} | ${REPOSITORY}`],
    ['a digest by its kind', 'helm-values', `server:\n  mainImage:\n    repository: ghcr.io/other/thing\n    digest: { sha256: x }\n`, set('server.mainImage.digest.sha256', '{image.digest}'), `f.yaml:3: ${BOTH} | ${REPOSITORY}`],
    ['another port', 'argo-rollouts', rollout('ghcr.io:5000/acme/churn:1'), {}, `f.yaml:9: the release brings the image ghcr.io/acme/churn, the manifest has ghcr.io:5000/acme/churn | ${CORRECT}`],
  ])('refuses %s', (_, target, text, options, message) => {
    expect(refusalOf(target, text, options)).toBe(message)
  }) // biome-ignore format: one table

  it('writes the repository too where the options name its path', () => {
    const options = {
      set: [
        { path: 'image.repository', value: '{image.name}' },
        { path: 'image.digest', value: '{image.digest}' },
      ],
    }

    expect(edited('helm-values', 'image:\n  repository: ghcr.io/other/thing\n  digest: x\n', options)).toBe(
      `image:\n  repository: ghcr.io/acme/churn\n  digest: ${DIGEST}\n`,
    )
    // A chart that puts its registry before would look for `quay.io/ghcr.io/acme/churn`.
    expect(
      refusalOf(
        'helm-values',
        'image:\n  registry: quay.io\n  repository: other/thing\n  digest: x\n',
        options,
      ),
    ).toBe(
      `f.yaml:3: the release brings the image ghcr.io/acme/churn, the manifest has quay.io/ghcr.io/acme/churn | ${REPOSITORY}`,
    )
  })

  it('writes another image where its registry is allowed', () => {
    const allowed = { ...set('image', '{image}'), registries: ['ghcr.io/acme/'] }

    expect(edited('yaml', `image: ${OTHER}\n`, allowed)).toBe(`image: ghcr.io/acme/churn@${DIGEST}\n`)
    expect(edited('helm-values', 'image: ""\n', set('image', '{image}'))).toBe(
      `image: "ghcr.io/acme/churn@${DIGEST}"\n`,
    )
  })

  it.each([
    ['image: { repository: ghcr.io/acme/churn, digest: x }', 'image.digest'],
    ['image: { repository: GHCR.io/acme/churn, digest: x }', 'image.digest'],
    ['image: { registry: ghcr.io, repository: acme/churn, digest: x }', 'image.digest'],
    ['image: { digest: x }', 'image.digest'],
    ['server: { name: other, digest: x }', 'server.digest'],
    ['env: [{ name: IMAGE, value: x }]', 'env.0.value'],
    ['image: { url: oci://ghcr.io/acme/churn, digest: x }', 'image.digest'],
    ['model: { repository: https://git.example/acme/code, tag: x }', 'model.tag'],
    ['model: { url: git.example/acme/code, tag: x }', 'model.tag'],
    ['app: { name: a/b, version: x }', 'app.version'],
    ['model: { image: x }', 'model.image'],
    ['image: { name: thing, sha: x }\nmodel: { image: ghcr.io/other/thing, digest: x }', 'note'],
  ])('takes %s', (text, path) => {
    const options = { set: [{ path, value: '{image.digest}', add: true }] }

    expect(edited('helm-values', `${text}\n`, options)).toContain(DIGEST)
  })
})

describe('names of one repository', () => {
  it.each([
    ['churn', 'docker.io/library/churn'],
    ['library/churn', 'index.docker.io/library/churn'],
    ['acme/churn', 'Docker.IO/acme/churn'],
    ['acme/churn', 'registry-1.docker.io/acme/churn'],
    ['GHCR.io/acme/churn', 'ghcr.io/acme/churn'],
    ['Registry.example:5000/churn', 'registry.example:5000/churn'],
    ['localhost/churn', 'LOCALHOST/churn'],
  ])('%s is %s', (a, b) => {
    expect(isSameRepository(a, b)).toBe(true)
    expect(isSameRepository(b, a)).toBe(true)
  })

  it.each([
    ['registry.example/churn', 'registry.example:5000/churn'],
    ['churn', 'ghcr.io/library/churn'],
    ['acme/churn', 'churn'],
    ['docker.io/churn', 'docker.io/acme/churn'],
    ['localhost/churn', 'churn'],
    ['', 'churn'],
  ])('%s is not %s', (a, b) => {
    expect(isSameRepository(a, b)).toBe(false)
  })

  it('are in a registry by whole parts of their names', () => {
    expect(isFrom('acme/churn', 'docker.io/acme')).toBe(true)
    expect(isFrom('docker.io/acme/churn', 'acme/')).toBe(true)
    expect(isFrom('churn', 'docker.io/library/')).toBe(true)
    expect(isFrom('ghcr.io/acme/churn', 'GHCR.io/')).toBe(true)
    expect(isFrom('ghcr.io/acme/churn', 'ghcr.io/acme/churn')).toBe(true)
    expect(isFrom('ghcr.io/acme-evil/churn', 'ghcr.io/acme')).toBe(false)
    expect(isFrom('ghcr.io.evil.example/acme/churn', 'ghcr.io')).toBe(false)
    expect(isFrom('ghcr.io:5000/acme/churn', 'ghcr.io/acme/')).toBe(false)
  })
})
