import { fileURLToPath } from 'node:url'
import { freePort } from '../free-port.ts'
import { installed, type Programs } from '../live/programs.ts'
import { startEnvoy } from './envoy.ts'
import type { EnvoyRoute } from './envoy-routes.ts'
import { startOwnSplitter } from './own-splitter.ts'

/** What stands in front of both servers and splits the traffic between them, by the routes of the manifest. */
export interface Splitter {
  /** What it is, for the screen. */
  words: string
  port: number
  /** Settles once each request goes by these. @param ports where each cluster is */
  apply(routes: readonly EnvoyRoute[], ports: ReadonlyMap<string, number>): Promise<void>
  /** Requests that it has sent to a cluster, by its own count. */
  sentTo(cluster: string): Promise<number>
}

/**
 * A real Envoy where there is one.
 *
 * @param folder for its configuration
 * @param atEnd told of what has to be ended and is none of the programs
 */
export async function startSplitter(
  programs: Programs,
  {
    folder,
    clusters,
    atEnd,
  }: { folder: string; clusters: readonly string[]; atEnd(end: () => Promise<void>): void },
): Promise<Splitter> {
  const port = await freePort()
  const envoy = installed(OWN_ENVOY, 'envoy')
  if (envoy !== undefined) return startEnvoy(programs, { command: envoy, port, folder, clusters })
  const own = await startOwnSplitter(port)
  atEnd(() => own.stop())
  return own
}

// --- internal ---

/** That of scripts/install-tools.sh. */
const OWN_ENVOY = fileURLToPath(new URL('../../.tools/python/bin/envoy', import.meta.url))
