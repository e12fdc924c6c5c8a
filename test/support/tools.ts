import { execFileSync } from 'node:child_process'

/**
 * Why tests of a tool cannot run here; undefined where they can. The tool is looked for in .tools, then on the PATH
 * (vitest.config.ts).
 * @throws Error under CI, where everything is installed and nothing may be skipped
 */
export function missing(tool: string, ...args: string[]): string | undefined {
  try {
    execFileSync(tool, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch (error) {
    const reason = `${tool} is missing, or not as it is needed (bash scripts/install-tools.sh)`
    if (process.env.CI) throw new Error(`${reason}: ${(error as Error).message}`)
    console.info(`skipped: ${reason}`)
    return reason
  }
}
