/** Loaded before every test: nothing leaves loopback, and nothing that a test started may outlive it. */

process.env.SOTTO_NETWORK = 'local'
process.env.SOTTO_LISTEN = '/ip4/127.0.0.1/tcp/0'
delete process.env.SOTTO_PROFILE
delete process.env.SOTTO_PASSPHRASE
delete process.env.SOTTO_BOOTSTRAP

/** Time for handles to close after the last test; well above what a node takes to stop, ms. */
const GRACE_MS = 15_000

export const mochaHooks = {
  afterAll (): void {
    setTimeout(() => {
      console.error(`tests left something running: ${process.getActiveResourcesInfo().join(', ')}`)
      process.kill(process.pid, 'SIGTERM') // mocha's own exit handler would turn any code into its count of failures
    }, GRACE_MS).unref()
  }
}
