/** In the bundle of the bot, in place of the module by which Probot fetches clients of Redis and smee with npx while it runs. */
export function npxImport(name: string): never {
  throw new Error(`${name} is not loaded: the bot needs no Redis and no proxy for its webhooks`)
}
