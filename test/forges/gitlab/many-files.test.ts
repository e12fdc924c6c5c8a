import { expect, it } from 'vitest'
import { AssayError } from '../../../src/core/errors/errors.ts'
import { useGitlab } from '../../support/gitlab.ts'
import { gitlabPlace } from '../deploy-places.ts'

const gitlab = useGitlab()
const FOLDER = 'apps/churn/production'
const NAMES = Array.from({ length: 130 }, (_, at) => `${FOLDER}/file-${at}.yaml`)

it('reads the files of many questions by hundreds, and each as it is', async () => {
  const odd = '\uFEFFa: 1\r\nb: "ä 😀"\r\n'
  const files = Object.fromEntries(NAMES.map((path, at) => [path, `${at}\n`]))
  const place = await gitlabPlace(gitlab, { ...files, [NAMES[7]!]: odd, [NAMES[8]!]: 'a\0b\n' })
  const repository = await place.connect()
  const [head] = (await repository.readBranches(['main'])).values()
  const question = (paths: string[]) => ({
    ...{ base: 'main', commit: head!.commit, branches: [], files: paths, histories: [] },
  })
  await repository.listFiles(head!.commit, '')
  gitlab.forget()

  const answers = await repository.snapshots!(NAMES.map(path => question([path, `${path}.none`])))

  const texts = answers.map((answer, at) => {
    if (answer instanceof AssayError) throw answer
    return answer.files.get(NAMES[at]!)
  })
  expect(texts).toEqual(NAMES.map((_, at) => (at === 7 ? odd : at === 8 ? 'a\0b\n' : `${at}\n`)))
  // Two for all texts, one for the file that has none there, and one for the branch; no folder is listed again.
  expect(
    gitlab.requests.map(({ method, path }) => `${method} ${path.split('?')[0]!.slice(0, 60)}`),
  ).toHaveLength(4)
})

it('reads them one by one where the token may not ask for many', async () => {
  const place = await gitlabPlace(gitlab)
  const repository = await place.connect()
  const [head] = (await repository.readBranches(['main'])).values()
  gitlab.fail({ method: 'POST', path: /\/api\/graphql$/, fault: 403, times: 5 })

  const [answer] = await repository.snapshots!([
    { base: 'main', commit: head!.commit, branches: [], files: ['README.md'], histories: [] },
  ])

  expect(answer).toMatchObject({ files: new Map([['README.md', '# Deploy\n']]) })
})
