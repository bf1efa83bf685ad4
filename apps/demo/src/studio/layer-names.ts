const TITLES: Readonly<Record<string, string>> = {
  coupling: 'coupling',
  permutation: 'permutation',
  reverse: 'reversal',
  'masked-autoregressive': 'autoregressive layer',
  affine: 'affine map',
  elementwise: 'elementwise map',
  'act-norm': 'ActNorm',
  'batch-norm': 'batch normalisation',
  'lu-linear': 'LU linear map',
  householder: 'rotation',
  planar: 'planar layer',
  radial: 'radial layer',
  sylvester: 'Sylvester layer',
  'invertible-residual': 'residual block',
  ffjord: 'continuous flow',
}

/** What a layer of a type is called among people. */
export const layerTitle = (type: string): string => TITLES[type] ?? type.replaceAll('-', ' ')
