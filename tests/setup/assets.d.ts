/** Vite's imports of an asset's address. */
declare module '*?url' {
  const url: string
  export default url
}
