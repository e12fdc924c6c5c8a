import type { Events } from './streams.ts'

/** What is known of a request before its body is read. */
export interface RequestHead {
  /** One text each, by lower-case name; a header that came twice is the first. */
  header(name: string): string | undefined
  /** Every time that a header came, by lower-case name: who trusts one must see that nobody added a second. */
  headers(name: string): readonly string[]
  /** What stands for the `*` in the path of the route, as it was sent, with the slashes between. */
  rest: string
  query: URLSearchParams
}

/** What a route is asked. */
export interface WebRequest extends RequestHead {
  body: Buffer
}

/** What it answers. Without a text it is the usual one of the status, and never one of somebody else. */
export interface WebAnswer {
  status: number
  text?: string
  type?: string
  headers?: Readonly<Record<string, string | readonly string[]>>
  /** In place of a text, where the status is 200: a stream. */
  events?: Events
}

export interface Route {
  /** For log and metrics: paths may hold what is nobody's business. */
  name: string
  method: 'GET' | 'POST'
  /** The whole path; for each `/*` at its end there is one more part, whatever it is. */
  path: string
  /** Bytes of a body. Absent: it takes none. */
  cap?: number
  /** Brings work: not taken any more while the server drains. */
  brings?: 'work'
  /** Whoever may not send is answered so, and nothing of a body is kept. */
  refuse?(head: RequestHead): WebAnswer | undefined
  /** Told of each body that could not be read, with the status that was answered. */
  onUnread?(head: RequestHead, status: number): void
  answer(request: WebRequest): WebAnswer | Promise<WebAnswer>
}
