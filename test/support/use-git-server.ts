import { afterAll, beforeAll } from 'vitest'
import { testFolder } from './git-repository.ts'
import { type GitServer, startGitServer } from './git-server.ts'

/** A git server for the tests of one file, and the folder that it serves. What is put into `opened` is closed before it. */
export function useGitServer() {
  const { folder, remove } = testFolder()
  const opened: { close(): Promise<void> }[] = []
  let server: GitServer
  beforeAll(async () => {
    server = await startGitServer(folder)
  })
  afterAll(async () => {
    await Promise.all(opened.map(one => one.close()))
    await server.close()
    remove()
  })
  return {
    folder,
    opened,
    get server() {
      return server
    },
  }
}
