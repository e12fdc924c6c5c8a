/**
 * Large pages for what malloc gives to the workers. Most of what it costs to start a program from a process as large as they
 * are is to copy its tables of pages: with these a third of all CPU time of a test that calls git is gone. Only glibc reads the
 * variable, and only when a process starts; `own-tmp.ts` keeps it from the small programs that tests start.
 */
export const LARGE_PAGES = 'glibc.malloc.hugetlb=1'

export function setup(): void {
  process.env.GLIBC_TUNABLES ??= LARGE_PAGES
}
