/** One row of the screen: pieces of text with a meaning. Which colour a meaning has, or none, is the view's. */
export type Tone = 'plain' | 'dim' | 'strong' | 'own' | 'warn' | 'good' | 'chosen'
export interface Span { readonly text: string, readonly tone: Tone }
export type Row = readonly Span[]

export const BLANK: Row = []

export function span (text: string, tone: Tone = 'plain'): Span { return { text, tone } }

export function textOf (row: Row): string { return row.map(({ text }) => text).join('') }
