import type { BotScene } from './scene.ts'

const MODEL = { owner: 'acme', repo: 'model' }

/** A person's pull request in the repository of the model, from the branch `change`: its number. */
export async function openPull(ada: BotScene['ada']): Promise<number> {
  const { data: main } = await ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  await ada.git.createRef({ ...MODEL, ref: 'refs/heads/change', sha: main.object.sha })
  const file = { ...MODEL, path: 'a.txt', branch: 'change', message: 'a', content: '' }
  await ada.repos.createOrUpdateFileContents(file)
  const { data } = await ada.pulls.create({ ...MODEL, title: 'Change', head: 'change', base: 'main' })
  return data.number
}
