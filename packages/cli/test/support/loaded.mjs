/** Preloaded by a test: writes down every module that the process loads. */
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

registerHooks?.({
  load (url, context, next) {
    appendFileSync(process.env.LOADED, `${url}\n`)
    return next(url, context)
  }
})
