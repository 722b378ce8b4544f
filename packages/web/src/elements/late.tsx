/** Views whose code comes when they are opened. */
import { lazy } from 'react'
import type { ComponentType, ReactNode } from 'react'
import { useText } from '../state/language.ts'
import { Button } from './button.tsx'
import { Empty } from './empty.tsx'

/**
 * One that could not be fetched says so in its place. The page is opened anew then: a browser may keep the failed fetch of a module for as
 * long as the page lives.
 */
export function late<P extends object> (load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return lazy(async (): Promise<{ default: ComponentType<P> }> => ({ default: await load().catch(() => Missing) }))
}

function Missing (): ReactNode {
  const t = useText()
  return <Empty icon='block' title={t('failed.title')} actions={<Button onPress={() => { location.reload() }}>{t('failed.again')}</Button>} />
}
