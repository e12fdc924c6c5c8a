/** Version of Assay: stands in every result, so that a number can be recomputed by what made it. Equal to package.json's, by test. */
export const VERSION = '0.1.0'
