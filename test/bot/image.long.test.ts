import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'

/**
 * `deploy/bot/Dockerfile`, built without a network and run as the manifests run it. Its two base images stand in: Node of
 * node_modules, and the libraries of this machine that Node needs. CI builds it with the real ones (.github/workflows/ci.yml).
 */
const NO_ROOT = process.getuid?.() === 0 ? undefined : 'it mounts a root file system, which takes root'
if (NO_ROOT) console.info(`skipped: ${NO_ROOT}`)

const { folder, remove } = testFolder()
const node = realpathSync('node_modules/node/bin/node')
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  TMPDIR: folder,
  CONTAINERS_CONF: '/dev/null',
  CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
}
const policy = ['--signature-policy', join(folder, 'policy.json')]
const buildah = (...words: string[]) => execFileSync('buildah', words, { encoding: 'utf8', env }).trim()
const build = (file: string, tag: string, context: string) =>
  buildah(
    'bud',
    ...policy,
    '--isolation=chroot',
    '--timestamp=0',
    '--pull-never',
    '-q',
    '-f',
    file,
    '-t',
    tag,
    context,
  )

describe.skipIf(NO_ROOT ?? missing('buildah', '--version'))('the image of the bot', () => {
  let root: string
  beforeAll(() => {
    writeFileSync(join(folder, 'policy.json'), '{"default":[{"type":"insecureAcceptAnything"}]}')
    const where = `runroot = "${folder}/run"\ngraphroot = "${folder}/store"`
    writeFileSync(env.CONTAINERS_STORAGE_CONF, `[storage]\ndriver = "vfs"\n${where}\n`)
    const libraries = execFileSync('ldd', [node], { encoding: 'utf8' }).match(/\/[^ )]+/g)!
    standIn('docker.io/library/node:24.21.0-bookworm-slim', { '/usr/local/bin/node': node })
    standIn('gcr.io/distroless/cc-debian12:nonroot', Object.fromEntries(libraries.map(path => [path, path])))
    build('deploy/bot/Dockerfile', 'assay-bot', '.')
    root = buildah('mount', buildah('from', '--pull-never', ...policy, 'assay-bot'))
  })
  afterAll(() => {
    buildah('rm', '--all')
    remove()
  })

  it('is the same for the same commit', () => {
    build('deploy/bot/Dockerfile', 'again', '.')
    const [one, other] = ['assay-bot', 'again'].map(tag =>
      buildah('inspect', '--type=image', '-f', '{{.FromImageID}}', tag),
    )
    expect(one).toBe(other)
  })

  it('OP-001: serves as a user without rights, with nothing that it can write to, and ends when told to', async () => {
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const settings = {
      ASSAY_BOT_APP_ID: 'Iv23liAbCdEf0123',
      ASSAY_BOT_PRIVATE_KEY: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ASSAY_BOT_WEBHOOK_SECRET: '3f9c0e61b7d24a58',
      ASSAY_BOT_GITHUB_API_URL: 'http://127.0.0.1:9',
      HOST: '127.0.0.1',
      PORT: '0',
    }
    const inside = `mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec chroot --userspec=65532:65532 "$0" /usr/local/bin/node /opt/assay/bot.js`
    const child = spawn('unshare', ['--mount', 'bash', '-c', inside, root], {
      env: { PATH: process.env.PATH, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = new Promise<number | null>(resolve => child.once('close', resolve))
    const port = await new Promise<string>((resolve, reject) => {
      let log = ''
      child.stdout.on('data', piece => {
        log += piece
        const found = /listens","port":(\d+)/.exec(log)?.[1]
        if (found !== undefined) resolve(found)
      })
      void ended.then(code => reject(new Error(`it ended with ${code}: ${log}`)))
    })
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

/** A base image of these files, by where they lie in it. */
function standIn(tag: string, files: Record<string, string>): void {
  const context = join(folder, tag.replaceAll(/\W/g, '-'))
  for (const [path, from] of Object.entries(files)) {
    mkdirSync(dirname(join(context, path)), { recursive: true })
    copyFileSync(from, join(context, path))
  }
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  build(join(folder, 'Dockerfile'), tag, context)
}
