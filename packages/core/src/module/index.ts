export * as initialisers from './initialisers.js'
export { type InitOptions, Module } from './module.js'
export { areParametersReplaced, type Initialiser, Slot, type SlotKind } from './slot.js'
