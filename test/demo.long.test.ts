import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOfPages } from './support/page-faults.ts'

const run = promisify(execFile)

test('npm run demo | head: it ends with its reader, without a trace', async () => {
  const child = spawn(process.execPath, ['demo/main.ts', '--out', join(tmpdir(), 'assay-demo-unread')])
  let complaints = ''
  child.stderr.on('data', text => {
    complaints += text
  })
  child.stdout.once('data', () => child.stdout.destroy())

  const [exitCode] = await once(child, 'close')

  expect(exitCode).toBe(0)
  expect(complaints).toBe('')
})

/** A program that stays open until it is told to end, and what it tells. */
function started(...words: string[]) {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { out: '', errors: '' }
  child.stderr.setEncoding('utf8').on('data', piece => {
    said.errors += piece
  })
  const closed = once(child, 'close')
  const tells = (what: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = what.exec(said.out)?.[1]
        if (found !== undefined) resolve(found)
      }
      child.stdout.setEncoding('utf8').on('data', piece => {
        said.out += piece
        look()
      })
      void closed.then(([code]) => reject(new Error(`it ended with ${code}: ${said.out}${said.errors}`)))
    })
  const stop = async () => {
    child.kill('SIGINT')
    return (await closed)[0] as number | null
  }
  return { said, tells, stop }
}

test('npm run bot:dev: the page is there for whoever signs in, and nothing is left when it is ended', async () => {
  const dev = started('demo/bot-dev.ts')
  const url = await dev.tells(/^The page: (\S+)$/m)

  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(await (await fetch(url)).text()).toContain('Sign in with GitHub')
  expect(await dev.stop()).toBe(0)
  expect(dev.said.errors).toBe('')
  await expect(fetch(url)).rejects.toThrow()
})

describe('npm run demo -- --open', () => {
  let out: string
  let told: string
  let open: { status: number; after: string; exitCode: number | null }

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'assay-demo-test-'))
    const demo = started('demo/main.ts', '--out', out, '--open')
    const url = await demo.tells(/^The bot's page is open at (\S+):/m)
    const { status } = await fetch(url)
    const exitCode = await demo.stop()
    const after = await fetch(url).then(
      answer => `still there: ${answer.status}`,
      () => 'gone',
    )
    open = { status, after, exitCode }
    expect(demo.said.errors).toBe('')
    told = demo.said.out
  })
  afterAll(() => rm(out, { recursive: true, force: true }))

  /** What was told under a heading, up to the next. */
  const chapter = (heading: RegExp) => {
    const chapters = told.split(/\n\n(?=\S)/)
    return chapters.find(text => heading.test(text.split('\n', 1)[0]!)) ?? ''
  }

  test('the better model passes, the one with spoiled scores fails, and what is merged passes again', () => {
    const verdicts = [...told.matchAll(/its verdict: (\w+)/g)].map(match => match[1])

    expect(verdicts).toEqual(['pass', 'fail', 'pass', 'pass'])
  })

  test('the checks say the same', () => {
    const conclusions = [...told.matchAll(/Check ".*late-flights.*" on \w+: (\w+)/g)].map(match => match[1])

    expect(conclusions).toEqual(['success', 'failure', 'success'])
  })

  test('later pushes update the comment of the first', () => {
    expect(told.split('github-actions[bot] wrote one comment')).toHaveLength(2)
    expect(told).toContain('The same comment was updated; there is still one')
  })

  test('the comments name the metric that moved and the gate that failed', () => {
    expect(chapter(/^Ada adds features/)).toMatch(/roc_auc/)
    expect(chapter(/^A second push/)).toMatch(/ece/)
  })

  test('pages, plots, numbers and logs of all pushes are left to look at', async () => {
    const files = await readdir(out)

    for (const number of [1, 2, 3])
      for (const file of [`report-${number}.html`, `result-${number}.json`, `action-${number}.log`])
        expect(files).toContain(file)
    for (const page of [
      'pull-request.html',
      'pull-request-second-push.html',
      'pull-request-third-push.html',
    ]) {
      const html = await readFile(join(out, page), 'utf8')
      expect(html).toContain('Let the model see how the day is going')
      expect(html).toMatch(/<table tabindex="0">[\s\S]*roc_auc/)
      expect(html).toContain('href="report-')
    }
  })

  test('can be read by everybody, and no page is wider than a phone', async () => {
    expect(await faultsOfPages(out)).toEqual([])
  })

  test('both versions were weighed on the same 7,099 flights, by days', async () => {
    const result = JSON.parse(await readFile(join(out, 'result-1.json'), 'utf8'))
    const row = result.metrics.find((metric: { metric: string }) => metric.metric === 'roc_auc')

    expect(result.candidate.testSet).toEqual(result.champion.testSet)
    expect(result.candidate.testSet.rows).toBe(7099)
    expect(row.differences.champion.counts).toEqual({ groups: 31 })
    expect(row.differences.champion.interval.low).toBeGreaterThan(0)
  })

  test('the merge becomes a release with a digest, and staging is merged by the same run', () => {
    const release = chapter(/Ada merges pull request #1/)

    expect(release).toMatch(/Release late-flights \S+: ghcr\.io\/acme\/late-flights@sha256:[0-9a-f]{64}/)
    expect(release).toMatch(/late-flights in staging: \S+ was merged/)
    expect(release).toMatch(/late-flights in production: \S+ waits for approval/)
    expect(chapter(/^Staging/)).toMatch(/Status "assay\/promotion" on \w+: success — pass: sha256:/)
    expect(chapter(/^Staging/)).toContain('It was merged by the same run')
  })

  test('the approver finds verdict, intervals, lineage, the exact change and the way back, in text and page', async () => {
    const html = await readFile(join(out, 'promotion.html'), 'utf8')
    const text = chapter(/^Production: waits for approval/)

    for (const shown of [text, html]) {
      expect(shown).toMatch(/late-flights → production: pass/)
      expect(shown).toMatch(/roc_auc[\s\S]*0\.620 → 0\.643[\s\S]*\+0\.023 \(\+0\.00\d to \+0\.0\d+\)/)
      expect(shown).toMatch(/ghcr\.io\/acme\/late-flights@sha256:[0-9a-f]{64}/)
      expect(shown).toMatch(/- {4}digest: sha256:[0-9a-f]{64}[\s\S]*\+ {4}digest: sha256:[0-9a-f]{64}/)
      expect(shown).toMatch(/- {6}- MODEL_VERSION=2026-03-02-\w{7} {3}# on the dashboard/)
      expect(shown).toContain('assay rollback late-flights --environment production')
      expect(shown).toMatch(/staging[\s\S]*the same/)
    }
    expect(html).toMatch(/href="http:\/\/127\.0\.0\.1:\d+\/acme\/late-flights\/commit\/[0-9a-f]{40}"/)
    expect(html).toContain('Argocd-reference-commit-sha: ')
    expect(html).toContain('<span class="open">Open</span>')
    expect(html).toContain('<details open>')
  })

  test('after the approval nothing is left to do, and the inventory shows the release in both environments', () => {
    const version = /Release late-flights (\S+):/.exec(told)?.[1] ?? 'no release'
    const rows = chapter(/^What serves where/).match(/late-flights .*/g)

    expect(chapter(/^Grace approves/)).toContain('2 places are as they should be.')
    expect(rows?.map(row => row.trim().split(/\s+/).slice(0, 3))).toEqual([
      ['late-flights', 'staging', version],
      ['late-flights', 'production', version],
    ])
  })

  test('the rollback proposes the champion with its reason, and is not merged by itself', async () => {
    const html = await readFile(join(out, 'rollback.html'), 'utf8')

    expect(chapter(/^And back/)).toMatch(/back to 2026-03-02-\w{7}/)
    expect(chapter(/^And back/)).toContain('too many false alarms at the desk')
    expect(html).toContain('<span class="open">Open</span>')
  })

  test('the page of the bot shows the same to Grace, and stays open until it is ended', async () => {
    const html = await readFile(join(out, 'models.html'), 'utf8')
    const version = /Release late-flights (\S+):/.exec(told)?.[1] ?? 'no release'

    expect(html).toContain('Signed in as grace')
    expect(html).toMatch(/Needs you \(1\)[\s\S]*late-flights in production[\s\S]*waits for approval/)
    expect(html.split(`<b>${version}</b>`)).toHaveLength(3)
    expect(open).toEqual({ status: 401, after: 'gone', exitCode: 0 })
    expect(told.trimEnd().split('\n').at(-1)).toMatch(/^The bot's page is open at http:/)
  })

  test('the bot told what was merged, and wrote nothing else: the rest was done', async () => {
    const lines = (await readFile(join(out, 'bot.log'), 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))

    expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
    expect(lines.flatMap(({ did = [] }) => did)).toEqual(
      ['staging', 'production'].map(name =>
        expect.stringMatching(`^late-flights in ${name}: told that .+ is merged$`),
      ),
    )
  })

  test('of the deploy repository, one entry names the model: who may release it', async () => {
    const text = await readFile('examples/deploy-repo/assay-deploy.yml', 'utf8')
    expect(text.split('late-flights')).toHaveLength(3)
    expect(text).toContain('  late-flights:\n    from: acme/late-flights\n')
  })
})

test('without git the demo says so', async () => {
  const failed = run(process.execPath, ['demo/main.ts', '--out', tmpdir()], { env: { PATH: '/nowhere' } })

  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Install git.') })
})
