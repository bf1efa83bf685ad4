/** What a contract checks, by what it says of the distribution; each throws when that is not so. */
export type Checks = Record<string, () => void>
