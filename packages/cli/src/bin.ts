/** Started by bin/sotto.js. The node itself is loaded only if a command needs one in this process. */
import { main } from './process.ts'

await main(async () => await import('@sotto/node'))
