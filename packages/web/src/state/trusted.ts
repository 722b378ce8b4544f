/** Trusted Types: no string becomes markup or code in this page. The one exception: the page registers its own service worker. */
interface Policy { createScriptURL: (url: string) => string }
interface Factory { createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => Policy }

const SERVICE_WORKER = './service-worker.js'
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes

const policy = factory?.createPolicy('sotto', {
  createScriptURL: url => {
    if (url !== SERVICE_WORKER) throw new TypeError('no text becomes code here')
    return url
  }
})

export function serviceWorkerUrl (): string {
  return policy?.createScriptURL(SERVICE_WORKER) ?? SERVICE_WORKER
}
