import { Agent, type IncomingMessage, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

/** One request to a server on this machine, and its whole answer. `fetch` takes three times the work, and a promotion asks often. */
export async function ask(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = () => {
      const sent = request(url, { agent, method, headers: { ...headers, ...length } }, resolve)
      // A connection that was kept may be closed by the server just as it is used again: then nothing was taken.
      sent.on('error', (error: NodeJS.ErrnoException) =>
        sent.reusedSocket && error.code === 'ECONNRESET' ? send() : reject(error),
      )
      sent.end(body)
    }
    send()
  })
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return { status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks).toString('utf8') }
}
