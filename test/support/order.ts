import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The order of vitest, which begins with what took longest or is largest, but these files before all others. */
export function beginningWith(isFirst: (file: string) => boolean): typeof BaseSequencer {
  return class extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      const sorted = await super.sort(files)
      const { first = [], others = [] } = Object.groupBy(sorted, ({ moduleId }) =>
        isFirst(moduleId) ? 'first' : 'others',
      )
      return [...first, ...others]
    }
  }
}
