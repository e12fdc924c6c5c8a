/** The demo cannot go on, and the message says what to do. Anything else that is thrown is a bug. */
export class DemoError extends Error {
  constructor(what: string, fix: string, options?: ErrorOptions) {
    super(`${what}\n${fix}`, options)
    this.name = 'DemoError'
  }
}
