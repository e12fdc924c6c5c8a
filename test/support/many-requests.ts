import { connect } from 'node:net'

export interface Answer {
  status: number
  headers: Map<string, string>
  body: string
}

/** Asks a server on loopback many times, over some kept connections: one request at a time on each. Answers in the order of the requests. */
export async function manyRequests(
  port: number,
  requests: readonly Record<string, string>[],
  connections = 16,
): Promise<Answer[]> {
  const answers = new Array<Answer>(requests.length)
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const ask = await connection(port)
      for (let at = next++; at < requests.length; at = next++) answers[at] = await ask(requests[at]!)
      ask.end()
    }),
  )
  return answers
}

// --- internal ---

async function connection(port: number) {
  const socket = connect(port, '127.0.0.1').setNoDelay(true).setEncoding('latin1')
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let text = ''
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  socket.on('data', (data: string) => {
    text += data
    const answer = answerIn(text)
    if (!answer) return
    text = text.slice(answer.length)
    waiting!.resolve(answer)
  })
  socket.on('error', error => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error('the connection was closed')))
  const ask = (headers: Record<string, string>) =>
    new Promise<Answer>((resolve, reject) => {
      waiting = { resolve, reject }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      socket.write(`GET /v1/predict HTTP/1.1\r\nhost: churn\r\n${lines.join('')}\r\n`)
    })
  return Object.assign(ask, { end: () => socket.end() })
}

function answerIn(text: string): (Answer & { length: number }) | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const [first, ...lines] = text.slice(0, head).split('\r\n')
  const headers = new Map(
    lines.map(line => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
  const length = head + 4 + Number(headers.get('content-length') ?? 0)
  if (text.length < length) return undefined
  return { status: Number(first!.split(' ')[1]), headers, body: text.slice(head + 4, length), length }
}
