/**
 * What a turn of tiles of so many rows costs, in cycles: few sums wait for one another's additions, many do not fit into registers. As
 * measured; by how many vectors wide they are.
 */
const TURNS: Readonly<Record<1 | 2, readonly number[]>> = {
  1: [0, 4, 4, 4, 4, 4, 4, 4.7, 5.8],
  2: [0, 4, 4, 4.2, 5.3, 6.8],
}

/** The height of tiles by which some rows cost least. */
export function heightOf(rows: number, width: number): number {
  const turns = TURNS[width > 4 ? 2 : 1]
  const cost = (height: number): number => Math.floor(rows / height) * turns[height]! + turns[rows % height]!
  let best = 1
  for (let height = 2; height < turns.length; height++) if (cost(height) <= cost(best)) best = height
  return best
}
