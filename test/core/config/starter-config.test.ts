import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/core/config/read-config.ts'
import { starterConfig } from '../../../src/core/config/written/starter-config.ts'

describe('the first assay.yml', () => {
  it('parses for whatever a folder, its files and its columns are called', () => {
    const path = fc
      .array(fc.stringMatching(/^[^\\/~:\p{Cc}]{1,8}$/u), { maxLength: 2 })
      .map(folders => [...folders.filter(folder => folder !== '..'), 'predictions.csv'].join('/'))
    fc.assert(
      fc.property(
        fc.string(),
        fc.array(path, { maxLength: 3 }),
        fc.array(fc.string()),
        (name, files, columns) => {
          const { text } = starterConfig({ name, files, columns })

          const { models } = parseConfig(text, 'assay.yml').config
          expect(Object.keys(models)).toHaveLength(1)
          // A folder called `.` is no folder: the file is the one beside it.
          const named = files.map(file =>
            file
              .split('/')
              .filter(part => part !== '.')
              .join('/'),
          )
          if (files.length > 0) expect(named).toContain(Object.values(models)[0]!.predictions!.file)
        },
      ),
    )
  })

  it.each([
    ['./predictions.csv', 'predictions.csv'],
    ['out/./predictions.csv', 'out/predictions.csv'],
    ['.//predictions.csv', 'predictions.csv'],
  ])('names %s as the configuration reads it back', (file, name) => {
    const { text } = starterConfig({ name: 'churn', files: [file] })

    expect(text).toContain(`  file: ${name}\n`)
    expect(parseConfig(text, 'assay.yml').config.models.churn!.predictions!.file).toBe(name)
  })

  it("takes no file of the champion for the candidate's, however its path is written", () => {
    const { text } = starterConfig({ name: 'churn', files: ['./champion/predictions.csv'] })

    const { champion, predictions } = parseConfig(text, 'assay.yml').config.models.churn!
    expect(champion).toEqual({ path: 'champion' })
    expect(predictions!.file).toBe('predictions.csv')
  })

  it.each([
    [['loss', 'train/acc', 'test/acc'], 'test/acc', 'higher'],
    [['support', 'macro_avg/f1-score', 'rmse'], 'macro_avg/f1-score', 'higher'],
    [['val_loss'], 'val_loss', 'lower'],
    [['0/precision'], '0/precision', 'higher'],
    [['null'], 'null', 'higher'],
  ])('gates one of the metrics %j where there is nothing else', (metrics, metric, direction) => {
    const { text } = starterConfig({ name: 'churn', files: ['metrics.json'], metrics })

    expect(parseConfig(text, 'assay.yml').config.models.churn).toMatchObject({
      directions: { [metric]: direction },
      gates: [{ metric }],
    })
  })

  it('asks with a margin that a person is told to choose', () => {
    const { text } = starterConfig({ name: 'churn', files: ['train.py', 'evaluate.py'] })

    expect(text).toContain('is your decision: change the margin')
    expect(parseConfig(text, 'assay.yml').config.models.churn!.gates).toMatchObject([
      { metric: 'roc_auc', not_worse_than: 'champion', margin: 0.01 },
    ])
  })
})
