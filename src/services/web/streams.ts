import type { ServerResponse } from 'node:http'

/** Events without end, as a browser's `EventSource` reads them. */
export interface Events {
  /** Begins to tell; what it returns is called once when the stream has ended, whoever ended it. `end` does so from here. */
  open(tell: (data: string) => void, end: () => void): () => void
}

export interface StreamLimits {
  /** Streams that are open at once; another is answered 503. */
  most: number
  /** Milliseconds between two signs of life, which keep proxies from cutting the stream. */
  beat: number
  /** Milliseconds after which it ends: the browser asks for another, and is asked who it is. */
  longest: number
  /** Bytes that may wait for a reader who is slow: with more, the stream is cut. */
  unread: number
}

export const EVENT_STREAM = 'text/event-stream; charset=utf-8'

export const STREAM_LIMITS: StreamLimits = { most: 500, beat: 20_000, longest: 600_000, unread: 65_536 }

/** The open streams of a server. */
export interface Streams {
  /** Whether it was taken. `onEnd` once it has ended. */
  add(response: ServerResponse, events: Events, onEnd: () => void): boolean
  /** Ends all: browsers ask again, where there is another who answers. */
  end(): void
}

export function openStreams({ most, beat, longest, unread }: StreamLimits): Streams {
  const open = new Map<ServerResponse, number>()
  let beats: NodeJS.Timeout | undefined

  /** What is not read stays in memory; whoever has not taken the last beat until the next one is gone, or as good as. */
  function send(response: ServerResponse, text: string): void {
    if (response.destroyed || response.writableEnded) return
    response.write(text)
    if (response.writableLength > unread) response.destroy()
  }

  function sendBeats(): void {
    const now = performance.now()
    for (const [response, since] of open)
      if (response.writableLength > 0) response.destroy()
      else if (now - since >= longest) response.end()
      else send(response, ':\n\n')
  }

  return {
    add(response, events, onEnd) {
      if (open.size >= most) return false
      response.writeHead(200, {
        'content-type': EVENT_STREAM,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        // Nginx would hold back what is small until it has enough.
        'x-accel-buffering': 'no',
        connection: 'close',
      })
      open.set(response, performance.now())
      beats ??= setInterval(sendBeats, beat).unref()
      send(response, `retry: ${RETRY_MS}\n\n`)
      const close = events.open(
        data => send(response, `data: ${data.replace(/[\r\n]+/g, ' ')}\n\n`),
        () => response.end(),
      )
      response.once('close', () => {
        open.delete(response)
        if (open.size === 0) {
          clearInterval(beats)
          beats = undefined
        }
        close()
        onEnd()
      })
      return true
    },
    end() {
      for (const response of open.keys()) response.end()
    },
  }
}

// --- internal ---

/** Milliseconds after which a browser whose stream has ended asks for another. */
const RETRY_MS = 3000
