import { describe, expect, it } from 'vitest'
import { isSingleKey, isTyping, keyLabels, matchesStep } from './shortcuts'

const press = (
  code: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {},
) => ({
  code,
  key: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
})

describe('shortcuts', () => {
  it('match the place of the key and exactly its modifiers', () => {
    expect(matchesStep('KeyJ', press('KeyJ'), false)).toBe(true)
    expect(matchesStep('KeyJ', press('KeyJ', { ctrlKey: true }), false)).toBe(false)
    expect(matchesStep('Alt+KeyJ', press('KeyJ', { altKey: true }), false)).toBe(true)
  })

  it('know signs by what they print, wherever the keyboard has them', () => {
    expect(matchesStep('?', { ...press('Minus', { shiftKey: true }), key: '?' }, false)).toBe(true)
    expect(matchesStep('/', { ...press('Digit7', { shiftKey: true }), key: '/' }, false)).toBe(true)
    expect(matchesStep('/', { ...press('Slash', { ctrlKey: true }), key: '/' }, false)).toBe(false)
  })

  it('take Cmd for Mod on Apple machines and Ctrl elsewhere', () => {
    expect(matchesStep('Mod+KeyK', press('KeyK', { metaKey: true }), true)).toBe(true)
    expect(matchesStep('Mod+KeyK', press('KeyK', { ctrlKey: true }), true)).toBe(false)
    expect(matchesStep('Mod+KeyK', press('KeyK', { ctrlKey: true }), false)).toBe(true)
  })

  it('count as single keys when plain typing would set them off', () => {
    expect(isSingleKey('KeyR')).toBe(true)
    expect(isSingleKey('KeyG KeyC')).toBe(true)
    expect(isSingleKey('?')).toBe(true)
    expect(isSingleKey('Mod+KeyK')).toBe(false)
    expect(isSingleKey('Alt+KeyJ')).toBe(false)
  })

  it('know where keys are text', () => {
    const input = document.createElement('input')
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' })

    expect(isTyping(input)).toBe(true)
    expect(isTyping(document.createElement('textarea'))).toBe(true)
    expect(isTyping(box)).toBe(false)
    expect(isTyping(document.createElement('button'))).toBe(false)
  })

  it('print as the keys of the machine', () => {
    expect(keyLabels('Mod+KeyK', true)).toEqual([['⌘', 'K']])
    expect(keyLabels('KeyG KeyC', false)).toEqual([['G'], ['C']])
    expect(keyLabels('?', false)).toEqual([['?']])
  })
})
