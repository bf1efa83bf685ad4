/** Whether this is Node, the only place where TensorFlow's own kernels run. */
export function inNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } }
  return process?.versions?.node !== undefined
}
