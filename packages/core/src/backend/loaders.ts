/** Names that `useBackend` takes: its own, or that of a tfjs backend which the program registered. */
export type BackendName = 'wasm' | 'native' | 'cpu' | 'float64' | 'auto' | (string & {})

/** Loads a backend's code and returns the name that the engine knows it by. */
export const loaders: Readonly<Record<string, () => Promise<string>>> = {
  wasm: async () => {
    await import('@tensorflow/tfjs-backend-wasm')
    const { startWasm } = await import('./wasm/index.js')
    await startWasm()
    return 'wasm'
  },
  native: async () => {
    const { installNative } = await import('./native/index.js')
    return installNative()
  },
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    const { mendCpu } = await import('./cpu.js')
    mendCpu()
    return 'cpu'
  },
  float64: async () => {
    const { installFloat64 } = await import('./float64/index.js')
    installFloat64()
    return 'float64'
  },
}
