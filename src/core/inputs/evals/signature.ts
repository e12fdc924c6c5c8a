import type { EvalTool } from '../file-options.ts'

/**
 * Which tool wrote a result file, by what stands at its beginning; undefined where nothing there is one tool's own. The reader of that
 * tool says whether it holds.
 *
 * @param head the first tens of kilobytes
 */
export function toolBySignature(head: string): EvalTool | undefined {
  const isJson = /^\ufeff?\s*[[{]/.test(head)
  const has = (signature: Signature) => signature.every(key => key.test(head))
  return (Object.keys(KEYS) as EvalTool[]).find(
    tool => has(isJson ? KEYS[tool] : COLUMNS) && (isJson || tool === 'ragas'),
  )
}

// --- internal ---

/** All of them stand there. */
type Signature = readonly RegExp[]

/** What ragas has beside a question: fields of its samples, of which people keep some, and its own metrics. */
const BESIDE =
  'response|retrieved_contexts|reference|reference_contexts|multi_responses|rubrics|faithfulness|factual_correctness|semantic_similarity|answer_\\w+|nv_\\w+|\\w*context_(?:precision|recall)\\w*'

/** Keys that together no other tool writes. */
const KEYS: Record<EvalTool, Signature> = {
  promptfoo: [/"results"\s*:/, /"(?:promptIdx|evalId|gradingResult)"\s*:/],
  inspect: [/"version"\s*:/, /"status"\s*:/, /"eval"\s*:\s*\{/],
  'lm-eval': [/"doc_id"\s*:/, /"(?:filtered_)?resps"\s*:/],
  deepeval: [
    /"(?:testCases|test_results|testRunData)"\s*:/,
    /"(?:metricsData|metrics_data|metricsMetadata)"\s*:/,
  ],
  ragas: [/"user_input"\s*:/, new RegExp(`"(?:${BESIDE})"\\s*:`)],
}

/** Of a table of ragas, in the line of its columns. */
const COLUMNS: Signature = [/^[^\n]*\buser_input\b/, new RegExp(`^[^\\n]*\\b(?:${BESIDE})\\b`)]
