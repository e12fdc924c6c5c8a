import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REFUSALS, type RefusalReason, waitingHelps } from '../../../src/core/errors/refusals.ts'
import { judgeGitWords } from '../../../src/services/git/words.ts'
import { anyCharacter } from '../../support/any-character.ts'

/** As git and ssh print them. */
const FAILURES: [RefusalReason | undefined, string, string][] = [
  [
    'name_taken',
    "remote: error: cannot lock ref 'refs/heads/main/x': 'refs/heads/main' exists; cannot create 'refs/heads/main/x'        \nTo /srv/x.git\n ! [remote rejected] HEAD -> main/x (failed to update ref)\nerror: failed to push some refs to '/srv/x.git'",
    "cannot create 'refs/heads/main/x' (failed to update ref)",
  ],
  [
    'server_storage',
    "remote: error: cannot lock ref 'refs/heads/x': Unable to create '/srv/x.git/./refs/heads/x.lock': Permission denied\n ! [remote rejected] HEAD -> x (failed to update ref)\nerror: failed to push some refs to 'x'",
    'Permission denied (failed to update ref)',
  ],
  [
    'protected_branch',
    "remote: Branch refs/heads/main can only be modified through pull requests.\nremote: Check your branch permissions configuration with the project administrator.\n ! [remote rejected] HEAD -> main (pre-receive hook declined)\nerror: failed to push some refs to 'x'",
    'can only be modified through pull requests.',
  ],
  [
    'protected_branch',
    "remote: TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.\n ! [remote rejected] HEAD -> main (TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.)\nerror: failed to push some refs to 'x'",
    'you must use a pull request',
  ],
  [
    'no_connection',
    'ssh: connect to host git.example port 22: Connection refused\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.',
    'ssh: connect to host git.example port 22: Connection refused',
  ],
  [
    'bad_credentials',
    'git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.',
    'git@git.example: Permission denied (publickey).',
  ],
  [
    'certificate',
    'Host key verification failed.\nfatal: Could not read from remote repository.',
    'Host key verification failed.',
  ],
  [
    'not_found',
    "fatal: '/nonexistent' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nand the repository exists.",
    "fatal: '/nonexistent' does not appear to be a git repository",
  ],
  [
    'not_found',
    "remote: Repository not found.\nfatal: repository 'https://git.example/x.git/' not found",
    "Repository not found.; fatal: repository 'https://git.example/x.git/' not found",
  ],
  [
    'no_permission',
    "remote: Permission to acme/deploy.git denied to bot.\nfatal: unable to access 'https://git.example/acme/deploy.git/': The requested URL returned error: 403",
    'Permission to acme/deploy.git denied to bot.',
  ],
  [
    'archived',
    "remote: This repository was archived so it is read-only.\nfatal: unable to access 'https://git.example/x.git/': The requested URL returned error: 403",
    'This repository was archived so it is read-only.',
  ],
  [
    'single_sign_on',
    "remote: The 'acme' organization has enabled or enforced SAML SSO.\nfatal: unable to access 'https://git.example/x.git/': The requested URL returned error: 403",
    'enforced SAML SSO',
  ],
  [
    'workflow_permission',
    " ! [remote rejected] HEAD -> x (refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without `workflows` permission)\nerror: failed to push some refs to 'x'",
    'without `workflows` permission)',
  ],
  [
    'branch_rules',
    "remote: GitLab: Commit message does not follow the pattern 'ABC-\\d+'        \nremote: \n ! [remote rejected] HEAD -> x (pre-receive hook declined)",
    'does not follow the pattern',
  ],
  [
    'file_too_large',
    "remote: error: File model.bin is 120.00 MB; this exceeds GitHub's file size limit of 100.00 MB\n ! [remote rejected] HEAD -> x (pre-receive hook declined)",
    'file size limit',
  ],
  [
    'unavailable',
    'remote: GitLab: Internal API unreachable\n ! [remote rejected] HEAD -> x (pre-receive hook declined)',
    'Internal API unreachable',
  ],
  [
    'base_moved',
    "To /srv/x.git\n ! [rejected]        HEAD -> main (stale info)\nerror: failed to push some refs to 'x'",
    '(stale info)',
  ],
  [undefined, 'fatal: bad object HEAD', 'fatal: bad object HEAD'],
  [undefined, 'cannot lock ref\nwords of a file that was asked for', 'words of a file that was asked for'],
  [undefined, '', 'git failed without a word'],
]

describe('what git printed', () => {
  it.each(FAILURES)('%s', (reason, text, words) => {
    const judged = judgeGitWords(text)

    expect(judged.reason).toBe(reason)
    expect(judged.what).toContain(words)
    expect(judged.what).not.toMatch(/failed to push some refs|correct access rights/)
  })

  it('is judged to the end, however much of it there is, in one visible line', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: anyCharacter, maxLength: 200 }), { maxLength: 300 }), lines => {
        const { what } = judgeGitWords(
          [...lines, 'remote: error: GH006: Protected branch update failed'].join('\n'),
        )

        expect(what).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,800}$/u)
      }),
    )
    const long = `${'remote: Counting objects: 1%\n'.repeat(50_000)}remote: error: GH006: Protected branch update failed\n ! [remote rejected] a -> b (protected branch hook declined)`
    expect(judgeGitWords(long)).toEqual({
      what: 'error: GH006: Protected branch update failed (protected branch hook declined)',
      reason: 'protected_branch',
    })
  })

  it('is waited for where that helps, and nowhere else', () => {
    expect(Object.keys(REFUSALS).filter(reason => waitingHelps(reason as RefusalReason))).toEqual([
      'base_moved',
      'held_lock',
      'ref_not_seen_yet',
      'unavailable',
      'no_connection',
    ])
    expect(waitingHelps(undefined)).toBe(false)
  })
})
