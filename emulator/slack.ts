import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * Slack on this machine, as far as its pages describe what posts messages:
 * https://docs.slack.dev/reference/methods/chat.postMessage, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks,
 * https://docs.slack.dev/reference/block-kit. What those do not allow is refused, so that nothing passes here that Slack would not take.
 */
export interface EmulatedSlack {
  apiUrl: string
  webhook: string
  token: string
  channel: string
  posted: PostedMessage[]
  /** Answers the next requests instead of Slack, one each; `undefined` lets one through. */
  spoil(...answers: (SpoiltAnswer | undefined)[]): void
  /** Answers are held back until what is returned is called; the messages are there. */
  hold(): () => void
  /** Headers of all requests. */
  asked: IncomingMessage['headers'][]
  close(): Promise<void>
}

export interface PostedMessage {
  channel: string
  ts: string
  thread_ts?: string
  text: string
  blocks: Block[]
}

type SpoiltAnswer = { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'lost'

interface Block {
  type: string
  text?: TextObject
  elements?: TextObject[]
}

interface TextObject {
  type: string
  text: string
  emoji?: boolean
}

export async function startSlack(): Promise<EmulatedSlack> {
  const posted: PostedMessage[] = []
  const spoilt: (SpoiltAnswer | undefined)[] = []
  const asked: IncomingMessage['headers'][] = []
  let held: Promise<void> | undefined
  const take = (channel: string, message: Message): PostedMessage => {
    const ts = `${1_800_000_000 + posted.length}.${String(100_000 + posted.length)}`
    const { thread_ts, text: said = '', blocks = [] } = message
    const one = { channel, ts, ...(thread_ts !== undefined && { thread_ts }), text: said, blocks }
    posted.push(one)
    return one
  }
  const answer = async (request: IncomingMessage, body: string) => {
    const { method, url, headers } = request
    const isJson = /^application\/json\b/.test(headers['content-type'] ?? '')
    if (url === HOOK_PATH) {
      if (method !== 'POST' || !isJson) return plainly(400, 'invalid_payload')
      const message = messageIn(body)
      if (typeof message === 'string')
        return plainly(400, message === 'no_text' ? 'no_text' : 'invalid_payload')
      take(CHANNEL, message)
      return plainly(200, 'ok')
    }
    if (url !== '/api/chat.postMessage') return plainly(404, '')
    const wrong = (error: string) => json({ ok: false, error })
    if (headers.authorization === undefined) return wrong('not_authed')
    if (headers.authorization !== `Bearer ${TOKEN}`) return wrong('invalid_auth')
    if (!isJson) return wrong('invalid_post_type')
    const message = messageIn(body)
    if (typeof message === 'string') return wrong(message)
    if (message.channel !== CHANNEL) return wrong('channel_not_found')
    const thread = message.thread_ts
    if (thread !== undefined && !posted.some(one => one.ts === thread)) return wrong('thread_not_found')
    const { channel, ts, ...rest } = take(CHANNEL, message)
    return json({ ok: true, channel, ts, message: { type: 'message', subtype: 'bot_message', ts, ...rest } })
  }
  const server = createServer(async (request, response) => {
    asked.push(request.headers)
    const spoil = spoilt.shift()
    const body = await text(request)
    if (spoil === 'hang') return
    if (spoil !== undefined && spoil !== 'lost')
      return void response.writeHead(spoil.status, spoil.headers ?? {}).end(spoil.body ?? '')
    const { status, type, body: said } = await answer(request, body)
    if (spoil === 'lost') return void response.destroy()
    await held
    response.writeHead(status, { 'content-type': type }).end(said)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    apiUrl: `${url}/api`,
    webhook: `${url}${HOOK_PATH}`,
    token: TOKEN,
    channel: CHANNEL,
    posted,
    spoil: (...answers) => void spoilt.push(...answers),
    hold() {
      let go = () => {}
      held = new Promise(resolve => {
        go = resolve
      })
      return go
    },
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** What a reader sees of a message, links with their words. */
export function shownOf({ blocks }: Pick<PostedMessage, 'blocks'>): string {
  const unescaped = (said: string) =>
    said.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
  const texts = blocks.flatMap(block => block.text ?? block.elements ?? [])
  return texts.map(one => (one.type === 'mrkdwn' ? one.text : unescaped(one.text))).join('\n')
}

// --- internal ---

const TOKEN = 'xoxb-1234567890-abcdefGHIJKL'
const CHANNEL = 'C0ASSAY01'
const HOOK_PATH = '/services/T0ASSAY/B0ASSAY/kQ8sVz3rXw5nJd7m'

interface Message {
  channel?: string
  thread_ts?: string
  text?: string
  blocks?: Block[]
}

/** Arguments by the page of the method; `token` goes into the header. */
const ARGUMENTS = {
  channel: 'string',
  text: 'string',
  blocks: 'object',
  thread_ts: 'string',
  reply_broadcast: 'boolean',
  unfurl_links: 'boolean',
  unfurl_media: 'boolean',
  mrkdwn: 'boolean',
} as const

/** The message, or the error that Slack has for it. */
function messageIn(body: string): Message | string {
  let message: Record<string, unknown>
  try {
    message = JSON.parse(body)
  } catch {
    return 'invalid_json'
  }
  for (const [name, value] of Object.entries(message)) {
    if (!Object.hasOwn(ARGUMENTS, name)) return 'invalid_arg_name'
    if (typeof value !== ARGUMENTS[name as keyof typeof ARGUMENTS]) return 'invalid_arguments'
  }
  const { text: said, blocks } = message as Message
  if (!said && !blocks) return 'no_text'
  if ((said ?? '').length > 40_000) return 'msg_too_long'
  if (blocks && !(Array.isArray(blocks) && blocks.length <= 50 && blocks.every(isBlock)))
    return 'invalid_blocks'
  return message
}

function isBlock({ type, text: said, elements, ...rest }: Block): boolean {
  if (Object.keys(rest).length > 0) return false
  if (type === 'section') return elements === undefined && said !== undefined && isText(said, 3000)
  if (type !== 'context' || said !== undefined || !Array.isArray(elements)) return false
  return elements.length >= 1 && elements.length <= 10 && elements.every(one => isText(one, 3000))
}

/** `emoji` is for `plain_text` alone. */
function isText({ type, text: said, emoji, ...rest }: TextObject, longest: number): boolean {
  if (Object.keys(rest).length > 0 || typeof said !== 'string' || said.length < 1 || said.length > longest)
    return false
  return type === 'plain_text'
    ? ['boolean', 'undefined'].includes(typeof emoji)
    : type === 'mrkdwn' && emoji === undefined
}

function json(body: object) {
  return { status: 200, type: 'application/json; charset=utf-8', body: JSON.stringify(body) }
}

function plainly(status: number, body: string) {
  return { status, type: 'text/html', body }
}
