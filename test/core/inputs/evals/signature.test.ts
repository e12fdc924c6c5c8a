import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toolBySignature } from '../../../../src/core/inputs/evals/signature.ts'

it.each([
  ['promptfoo', '{"evalId": "eval-x", "results": {"version": 3, "results": []}}'],
  ['inspect', '{"version": 2, "status": "success", "eval": {"task": "t"}, "samples": []}'],
  ['lm-eval', '{"doc_id": 0, "doc": {}, "resps": [["A"]], "filtered_resps": ["A"]}\n{"doc_id": 1}'],
  ['deepeval', '{"testCases": [{"name": "a", "metricsData": []}]}'],
  ['ragas', 'user_input,retrieved_contexts,response,faithfulness\nq,c,r,1\n'],
  ['ragas', '[{"user_input": "q", "response": "r", "faithfulness": 1}]'],
  ['ragas', 'user_input,reference,quality\nq,r,1\n'],
  ['ragas', 'user_input,llm_context_precision_with_reference\nq,1\n'],
  ['ragas', '[{"user_input": "q", "faithfulness": 1}]'],
  [undefined, 'user_input,label,score\nq,0,0.5\n'],
  [undefined, '{"results": {"arc": {"acc,none": 0.5}}, "versions": {}}'],
  [undefined, 'id,label,score\n1,0,0.5\n'],
  [undefined, '{"eval": {"accuracy": 0.9}}'],
])('knows %s by its keys', (tool, head) => {
  expect(toolBySignature(head)).toBe(tool)
  expect(toolBySignature(`\ufeff${head.replaceAll('\n', '\r\n')}`)).toBe(tool)
})

it('takes what it is given', () => {
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, json) => {
      expect(toolBySignature(text)).toBeUndefined()
      expect(toolBySignature(json)).toBeUndefined()
    }),
  )
})
