import { describe, expect, it } from 'vitest'
import { needsBuilder, wayOfBuild } from '../../../src/core/config/build-way.ts'
import type { ImageBuild } from '../../../src/core/config/package.ts'

const build = (more: Partial<ImageBuild>): ImageBuild => ({
  build: 'auto',
  from: undefined,
  kind: 'volume',
  base: undefined,
  files: [],
  ...more,
})
const BUILDAH = { title: 'buildah 1.28.2' }
const NONE = { missing: ['docker buildx is not installed', 'buildah is not installed'] }
const FILES = { files: ['model/**'] }

describe('an image is made', () => {
  it.each<[Partial<ImageBuild>, boolean, typeof BUILDAH | typeof NONE, string, string]>([
    [{}, true, BUILDAH, 'docker', 'built from Dockerfile by buildah 1.28.2'],
    [FILES, true, BUILDAH, 'docker', 'built from Dockerfile by buildah 1.28.2'],
    [{ build: 'docker', from: 'a/Dockerfile' }, true, BUILDAH, 'docker', 'from a/Dockerfile by'],
    [FILES, false, BUILDAH, 'oci', 'there is no Dockerfile'],
    [FILES, true, NONE, 'oci', 'nothing here builds Dockerfile: docker buildx is not installed; buildah is'],
    [{ build: 'oci', ...FILES }, true, BUILDAH, 'oci', 'as the configuration says'],
  ])('%j with a Dockerfile (%s) and %j: %s', (more, hasDockerfile, builder, way, why) => {
    expect(wayOfBuild(build(more), { hasDockerfile, builder })).toEqual({
      way,
      why: expect.stringContaining(why),
    })
  })

  it.each<[Partial<ImageBuild>, boolean, typeof BUILDAH | typeof NONE, string]>([
    [{ build: 'docker' }, false, BUILDAH, 'there is no such Dockerfile'],
    [{ build: 'docker' }, true, NONE, 'nothing here builds Dockerfile: docker buildx is not installed;'],
    // What is named is meant: a mistyped path is no reason to make another image.
    [{ from: 'a/Dockerfile', ...FILES }, false, BUILDAH, 'there is no such Dockerfile'],
    [{}, false, NONE, 'there is no Dockerfile, and `package.files` names nothing'],
    [{}, true, NONE, 'buildah is not installed, and `package.files` names nothing'],
  ])('not of %j with a Dockerfile (%s) and %j', (more, hasDockerfile, builder, what) => {
    expect(wayOfBuild(build(more), { hasDockerfile, builder })).toMatchObject({
      problem: { what: expect.stringContaining(what) },
    })
  })

  it('without asking for builders where none could be used', () => {
    expect(needsBuilder(build({ build: 'oci' }), true)).toBe(false)
    expect(needsBuilder(build({}), false)).toBe(false)
    expect(needsBuilder(build({}), true)).toBe(true)
  })
})
