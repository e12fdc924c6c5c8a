import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generated } from '../../scripts/generate/generated.ts'

const disk = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

describe('what is generated', () => {
  it('names every page that is missing or has no place for its table, a sentence each', () => {
    const { problems } = generated(file =>
      file === 'docs/commands/run.md' ? undefined : file === 'docs/bot.md' ? '# The bot\n' : disk(file),
    )

    expect(problems).toEqual([
      'docs/commands/run.md is not there: write it first, as its neighbours are, with <!-- flags:start --> and <!-- flags:end --> in it.',
      ...['settings', 'permissions', 'setup'].map(
        name =>
          `docs/bot.md has no <!-- ${name}:start --> … <!-- ${name}:end -->: write the rest of the page first, as its neighbours have it.`,
      ),
    ])
  })

  it('keeps every table of a page that has several', () => {
    const stale = disk('gitlab-component/README.md')!.replaceAll(/^\| `[\w-]+` \|.*\n/gm, '')
    const { texts, problems } = generated(file =>
      file === 'gitlab-component/README.md' ? stale : disk(file),
    )

    expect(problems).toEqual([])
    expect(texts.get('gitlab-component/README.md')).toEqual({
      committed: stale,
      text: disk('gitlab-component/README.md'),
    })
  })
})
