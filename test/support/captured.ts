import { readFileSync } from 'node:fs'

/** What real servers were sent and answered: `test/core/traffic/events/captured/README.md`. */

export interface Exchange {
  name: string
  /** Which rows were asked, and which kind of answers came. */
  rows: string
  answers: string
  request: Side
  response: Side
}

interface Side {
  headers: Record<string, string>
  bytes: Buffer
}

export function capturedBytes(file: string): Buffer {
  return readFileSync(new URL(`../core/traffic/events/captured/${file}`, import.meta.url))
}

export function capturedExchanges(server: 'kserve' | 'mlserver'): Exchange[] {
  const side = ({
    headers,
    body,
    base64,
  }: {
    headers: Record<string, string>
    body?: string
    base64?: string
  }) => ({
    headers,
    bytes: body === undefined ? Buffer.from(base64!, 'base64') : Buffer.from(body),
  })
  return capturedBytes(`${server}.ndjson`)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
    .map(one => ({ ...one, request: side(one.request), response: side(one.response) }))
}
