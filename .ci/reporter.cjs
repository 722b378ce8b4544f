// Mocha's own `spec` output, and the run's counts as one line of JSON in the file that SOTTO_TEST_COUNTS names.
const { appendFileSync } = require('node:fs')
const { reporters: { Spec }, Runner: { constants: { EVENT_RUN_END } } } = require('mocha')

module.exports = class Counting extends Spec {
  constructor (runner, options) {
    super(runner, options)
    const file = process.env.SOTTO_TEST_COUNTS
    if (file !== undefined) {
      runner.once(EVENT_RUN_END, () => {
        const { passes, failures, pending } = this.stats
        appendFileSync(file, JSON.stringify({ passes, failures, pending }) + '\n')
      })
    }
  }
}
