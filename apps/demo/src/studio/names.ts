/** A name for files: what is learnt and by which flow. */
export const fileName = (data: string, recipe: string): string => `${data}-${recipe}`.replace(/[^\w.-]+/g, '-')
