import 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    /** The backend that this project's tests run on. */
    backend: string
  }
}
