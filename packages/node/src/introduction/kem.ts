/** The KEM of inbox keys: X-Wing (draft-connolly-cfrg-xwing-kem). A file of its own: it loads when a key is first made. */
import { XWing } from '@hpke/hybridkem-x-wing'

export const createKem = (): XWing => new XWing()
