import { createHash, randomBytes } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { askBehind } from '../behind.ts'
import type { Artifact, Run, Storage } from '../world/runs.ts'
import type { World } from '../world/world.ts'
import { seconds } from './runs.ts'
import { zipOf } from './zip.ts'

export interface Upload {
  name: string
  /** What is zipped; one file goes as it is with `archive: false`. */
  files?: Record<string, string | Buffer>
  archive?: boolean
  /** In place of files: bytes as they are, an archive that no uploader makes. */
  bytes?: Buffer
  serve?: (response: ServerResponse) => void
}

export function upload(world: World, run: Run, given: Upload): Artifact {
  const { name, files = {}, archive = true, serve } = given
  const single = Object.values(files)[0] ?? ''
  const bytes = given.bytes ?? (archive ? zipOf(files) : Buffer.from(single as string))
  const contentType = archive ? 'application/zip' : 'application/octet-stream'
  const id = 7000 + world.artifacts.length + 1
  const createdAt = new Date(world.now()).toISOString()
  const artifact = { id, run, name, bytes, contentType, expired: false, createdAt, ...(serve && { serve }) }
  world.artifacts.push(artifact)
  return artifact
}

/** The artifact as GitHub shows it. https://docs.github.com/en/rest/actions/artifacts */
export async function artifactObject(world: World, artifact: Artifact) {
  const { id, run, name, bytes, expired, createdAt } = artifact
  const url = `${world.url}/repos/${run.repository}/actions/artifacts/${id}`
  const [repository, head] = await Promise.all(
    [run.repository, run.headRepository].map(full => askBehind(world, 'GET', `/repos/${full}`)),
  )
  return {
    id,
    node_id: `A_${id}`,
    name,
    size_in_bytes: bytes.length,
    url,
    archive_download_url: `${url}/zip`,
    expired,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    created_at: seconds(createdAt),
    updated_at: seconds(createdAt),
    expires_at: seconds(new Date(Date.parse(createdAt) + 90 * 86_400_000).toISOString()),
    workflow_run: {
      id: run.id,
      repository_id: repository.id,
      head_repository_id: head?.id ?? null,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  }
}

/** Starts the host where artifacts lie. */
export async function startStorage(): Promise<Storage> {
  const links = new Map<string, { artifact: Artifact; until: number }>()
  const requests: Storage['requests'] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    requests.push({ path, authorization: request.headers.authorization })
    const link = links.get(path)
    // As the store behind GitHub does: it knows the signature in the link, and another token only disturbs it.
    if (!link || link.until < Date.now() || request.headers.authorization !== undefined) {
      response
        .writeHead(403, { 'content-type': 'application/xml' })
        .end('<Error>AuthenticationFailed</Error>')
      return
    }
    const { name, bytes, contentType, serve } = link.artifact
    const file = contentType === 'application/zip' ? `${name}.zip` : name
    response.setHeader('content-type', contentType)
    response.setHeader('content-disposition', `attachment; filename="${file}"`)
    if (serve) serve(response)
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const storage: Storage = {
    url,
    requests,
    linkLife: 60_000,
    linkTo(artifact) {
      const path = `/artifacts/${artifact.id}?sig=${randomBytes(12).toString('hex')}`
      links.set(path, { artifact, until: Date.now() + storage.linkLife })
      return url + path
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return storage
}
