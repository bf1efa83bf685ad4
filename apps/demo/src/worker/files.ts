/** Model files, apart: what reads them knows every layer there is, and the page's first minute needs none of it. */
export { loadFlow, saveFlow } from '@ebbflow/flows'
