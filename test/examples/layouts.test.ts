import { describe, expect, it } from 'vitest'
import { LAYOUTS } from './layouts.ts'
import { promotedInto, releasesFor } from './promoted-layout.ts'

const RECORD = 'model-release.yaml'

describe.each(LAYOUTS)('$name', layout => {
  const files = new Map(Object.entries(layout.files))
  const releases = releasesFor(layout, 1)

  it('takes a release of every model into every environment, and no line besides', () => {
    const after = promotedInto(layout, files, releases)

    const changed = [...files].flatMap(([path, text]) => {
      const old = text.split('\n')
      return after
        .get(path)!
        .split('\n')
        .filter((line, at) => line !== old[at])
    })
    expect(changed).toHaveLength(releases.length * (layout.lines ?? 1))
    const records = [...after.keys()].filter(path => path.endsWith(`/${RECORD}`))
    expect(records).toHaveLength(releases.length)
  })

  it('says the same whoever comes first, and nothing new the second time', () => {
    const once = promotedInto(layout, files, releases)

    expect(promotedInto(layout, once, releases)).toEqual(once)
    const turned = promotedInto(layout, files, releases.toReversed())
    expect(Object.fromEntries(turned)).toEqual(Object.fromEntries(once))
    const next = promotedInto(layout, once, releasesFor(layout, 2))
    const old = promotedInto(layout, next, releases)
    expect(Object.fromEntries(old)).toEqual(Object.fromEntries(once))
  })
})
