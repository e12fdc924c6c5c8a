import { describe, expect, it } from 'vitest'
import { appPermissions, FEATURES, permissionRows } from '../../bot/setup/manifest.ts'
import { normalForm } from '../support/normal-form.ts'
import { startHere } from './story/bots.ts'
import { openStory, type Story } from './story/story.ts'

/** The table of permissions in docs/bot.md, which is made of the same rows, against what a whole story asks for and does without. */

type Shown = 'reports' | 'commands' | 'promotions' | 'alerts'

/** What of the story shows that a feature works. */
const WORKS: Record<Shown, (form: string) => boolean> = {
  reports: form => form.includes('<!-- assay:report model=fraud'),
  commands: form => form.includes('<!-- assay:note reply-comment'),
  promotions: form => form.includes('assay/promote/production/fraud -> main'),
  alerts: form => form.includes('<!-- assay:alert v1'),
}

async function without(permission: string | undefined): Promise<{ story: Story; form: string; log: string }> {
  const permissions = Object.fromEntries(
    Object.entries(appPermissions()).filter(([name]) => name !== permission),
  )
  const story = await openStory({ permissions, goesOn: permission !== undefined })
  const bot = await story.join(startHere)
  await story.tell()
  const form = JSON.stringify(await normalForm(story.github))
  await story.close()
  return { story, form, log: bot.log() }
}

describe('the permissions of the App', () => {
  it('are those that a whole story asks for, each for one repository or to read', async () => {
    const { story } = await without(undefined)
    const tokens = [...story.github.world.tokens.values()]
    const granted = appPermissions()
    for (const { permissions, repositories } of tokens) {
      const { metadata: _, ...asked } = permissions
      for (const [name, level] of Object.entries(asked))
        expect(level === 'read' ? ['read', 'write'] : ['write']).toContain(granted[name])
      const writes = Object.values(asked).includes('write')
      if (writes) expect(repositories).toHaveLength(1)
    }
    const asked = new Set(tokens.flatMap(({ permissions }) => Object.keys(permissions)))
    const shown = permissionRows().filter(({ features }) => features.some(({ feature }) => feature in WORKS))
    for (const { permission } of shown) expect([...asked]).toContain(permission)
  })

  it.each(permissionRows().map(({ permission }) => permission))(
    'without %s, what needs it refuses and the rest goes on',
    async permission => {
      const { form, log } = await without(permission)
      for (const [feature, works] of Object.entries(WORKS)) {
        const level = FEATURES[feature]!.needs[permission]
        expect({ feature, works: works(form) }).toEqual({ feature, works: level === undefined })
        if (level !== undefined)
          expect(log).toContain(`the App has no permission \`${permission}: ${level}\``)
      }
    },
  )
})
