import { describe, expect, it } from 'vitest'
import {
  type Lockfile,
  lockedPackages,
  whyNotInstalled,
  yankedIn,
} from '../../../src/core/release/lockfiles.ts'

const of = (...files: [Lockfile, string][]) => lockedPackages(new Map(files), '/tmp/new')

describe('the packages of a commit', () => {
  it('are those of its lockfile, the strictest first', () => {
    expect(of()).toBeUndefined()
    expect(of(['requirements.txt', 'a==1'], ['uv.lock', ''])).toMatchObject({
      lockfile: 'uv.lock',
      tool: 'uv',
    })
    expect(of(['poetry.lock', ''])).toMatchObject({ tool: 'poetry', env: { VIRTUAL_ENV: '/tmp/new' } })
    expect(of(['conda-linux-64.lock', ''])).toMatchObject({ tool: 'conda' })
  })

  it.each([
    'a==1.0',
    '# all\n--index-url https://pypi.example/simple\na==1.0 ; python_version > "3.9"\nb[extra]==2.0.post1\n',
    'a==1.0 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n',
    'a===1.0+cu121  # the card\n',
  ])('%j is a lockfile', text => {
    expect(of(['requirements.txt', text])).toMatchObject({ tool: 'python3' })
  })

  it.each([
    'a',
    'a>=1',
    'a==1.*',
    'a==1.0\nb~=2.0',
    '-r other.txt',
    '-e .',
    'a @ https://x.example/a.whl',
    '',
    '# none',
  ])('%j is none: nobody knows what it brought', text => {
    expect(of(['requirements.txt', text])).toEqual({ loose: 'requirements.txt' })
  })

  it.each([
    [
      'ERROR: Could not find a version that satisfies the requirement x==9 (from versions: none)\nERROR: No matching distribution found for x==9',
      /^x==9 is not to be had/,
    ],
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE', /hashes differ/],
    ["ERROR: Package 'x' requires a different Python: 3.11.7 not in '<3.10'", /another Python/],
    ['urllib3 NewConnectionError: Failed to establish', /cannot be reached/],
    // As uv 0.13.9 and poetry 2.5.1 say it.
    ['error: Failed to download `six==1.16.0`\n  cause: Hash mismatch for `six==1.16.0`', /hashes differ/],
    [
      'error: Failed to download and build `six==1.16.0`\n  cause: HTTP status client error (404 Not Found) for url (https://x/six.tar.gz)',
      /^six==1.16.0 is not to be had/,
    ],
    [
      '  | Downloaded distributions for six (1.16.0) did not match any known checksums in your lock file.\n  |   - network interruptions',
      /hashes differ/,
    ],
    [
      '  RuntimeError\n\n  Downloaded archive six.whl for six (1.16.0) is not listed in the lock file, so its hash cannot be verified',
      /hashes differ/,
    ],
    ['  | Unable to find installation candidates for six (1.16.99)\n  |\n', /^six is not to be had/],
    ['something\nerror: no space left\nbye', /ended with: error: no space left/],
  ])('%j is told in words', (tail, words) => {
    expect(whyNotInstalled(tail)).toMatch(words)
  })

  it('names what was yanked', () => {
    const said =
      "WARNING: The candidate selected for download or install is a yanked version: 'six' candidate (version 1.11 at https://x)\n"
    expect(yankedIn(said)).toEqual(['six 1.11 was yanked since: it was installed all the same'])
  })
})
