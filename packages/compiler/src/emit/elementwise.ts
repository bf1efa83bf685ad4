import { bits, type Code, f, floats, ints, n } from './code.js'
import { math } from './math.js'
import type { WasmModule } from './module.js'
import { SPECIAL, special } from './special/index.js'

/** What four lanes hold: floats, integers, or masks of all bits; booleans are stored as floats 0 and 1. */
export type Lanes = 'float' | 'int' | 'mask'

export interface Operand {
  code: Code
  lanes: Lanes
}

export const asFloat = ({ code, lanes }: Operand): Code =>
  lanes === 'float' ? code : lanes === 'mask' ? bits.and(code, floats(1)) : f.fromInts(code)

/** Truncates; a mask becomes 0 or 1. */
const asInt = ({ code, lanes }: Operand): Code =>
  lanes === 'int' ? code : lanes === 'mask' ? bits.and(code, ints(1)) : n.fromFloats(code)

const asMask = ({ code, lanes }: Operand): Code =>
  lanes === 'mask' ? code : lanes === 'float' ? f.ne(code, floats(0)) : n.ne(code, ints(0))

/** What lies in memory when the value is stored. */
export const stored = (operand: Operand): Code => (operand.lanes === 'int' ? operand.code : asFloat(operand))

type Rule = (args: Operand[], attrs: Readonly<Record<string, unknown>>, module: WasmModule) => Operand

const float = (code: Code): Operand => ({ code, lanes: 'float' })
const mask = (code: Code): Operand => ({ code, lanes: 'mask' })
const anyFloat = (args: Operand[]): boolean => args.some((arg) => arg.lanes === 'float')
const anyInt = (args: Operand[]): boolean => args.some((arg) => arg.lanes === 'int')

type Pair = (a: Code, b: Code) => Code

/** On integers where both are, else on floats. */
const arithmetic =
  (onFloats: Pair, onInts?: Pair): Rule =>
  ([a, b]) =>
    onInts && anyInt([a!, b!]) && !anyFloat([a!, b!])
      ? { code: onInts(asInt(a!), asInt(b!)), lanes: 'int' }
      : float(onFloats(asFloat(a!), asFloat(b!)))

const compare =
  (onFloats: Pair, onInts: Pair): Rule =>
  ([a, b]) =>
    anyInt([a!, b!]) && !anyFloat([a!, b!])
      ? mask(onInts(asInt(a!), asInt(b!)))
      : mask(onFloats(asFloat(a!), asFloat(b!)))

const logical =
  (onMasks: Pair): Rule =>
  ([a, b]) =>
    mask(onMasks(asMask(a!), asMask(b!)))

const unary =
  (onFloats: (x: Code) => Code): Rule =>
  ([x]) =>
    float(onFloats(asFloat(x!)))

const through =
  (name: keyof typeof math): Rule =>
  ([x], _, module) =>
    float(math[name](module)(asFloat(x!)))

const square: Rule = ([x]) =>
  x!.lanes === 'int' ? { code: n.mul(x!.code, x!.code), lanes: 'int' } : float(f.mul(asFloat(x!), asFloat(x!)))

const sign = unary((x) => bits.select(floats(1), bits.select(floats(-1), x, f.lt(x, floats(0))), f.gt(x, floats(0))))

const RULES: Readonly<Record<string, Rule>> = {
  Add: arithmetic(f.add, n.add),
  Sub: arithmetic(f.sub, n.sub),
  Multiply: arithmetic(f.mul, n.mul),
  RealDiv: arithmetic(f.div),
  Maximum: arithmetic(f.max, n.max),
  Minimum: arithmetic(f.min, n.min),
  SquaredDifference: ([a, b]) => {
    const difference = f.sub(asFloat(a!), asFloat(b!))
    return float(f.mul(difference, difference))
  },
  Equal: compare(f.eq, n.eq),
  NotEqual: compare(f.ne, n.ne),
  Less: compare(f.lt, n.lt),
  LessEqual: compare(f.le, n.le),
  Greater: compare(f.gt, n.gt),
  GreaterEqual: compare(f.ge, n.ge),
  LogicalAnd: logical(bits.and),
  LogicalOr: logical(bits.or),
  LogicalXor: logical(bits.xor),
  LogicalNot: ([x]) => mask(bits.not(asMask(x!))),
  Select: ([condition, t, e]) => {
    const ints = anyInt([t!, e!]) && !anyFloat([t!, e!])
    const of = ints ? asInt : asFloat
    return { code: bits.select(of(t!), of(e!), asMask(condition!)), lanes: ints ? 'int' : 'float' }
  },
  Neg: ([x]) => (x!.lanes === 'int' ? { code: n.neg(x!.code), lanes: 'int' } : float(f.neg(asFloat(x!)))),
  Abs: ([x]) => (x!.lanes === 'int' ? { code: n.abs(x!.code), lanes: 'int' } : float(f.abs(asFloat(x!)))),
  Square: square,
  Sqrt: unary(f.sqrt),
  Rsqrt: unary((x) => f.div(floats(1), f.sqrt(x))),
  Reciprocal: unary((x) => f.div(floats(1), x)),
  Floor: unary(f.floor),
  Ceil: unary(f.ceil),
  Round: unary(f.nearest),
  Relu: unary((x) => f.greater(x, floats(0))),
  Relu6: unary((x) => f.lesser(f.greater(x, floats(0)), floats(6))),
  Sign: sign,
  EbbflowSign: sign,
  Step: ([x], { alpha }) =>
    float(bits.select(floats(1), floats((alpha as number | undefined) ?? 0), f.gt(asFloat(x!), floats(0)))),
  LeakyRelu: ([x], { alpha }) => {
    const code = asFloat(x!)
    return float(bits.select(f.mul(code, floats(alpha as number)), code, f.lt(code, floats(0))))
  },
  Elu: ([x], _, module) => {
    const code = asFloat(x!)
    return float(bits.select(math.expm1(module)(code), code, f.lt(code, floats(0))))
  },
  Selu: ([x], _, module) => {
    const code = asFloat(x!)
    const below = f.mul(math.expm1(module)(code), floats(1.7580993408473768))
    return float(bits.select(f.mul(code, floats(1.0507009873554805)), below, f.ge(code, floats(0))))
  },
  Prelu: ([x, alpha]) => {
    const code = asFloat(x!)
    return float(bits.select(f.mul(code, asFloat(alpha!)), code, f.lt(code, floats(0))))
  },
  ClipByValue: ([x], { clipValueMin, clipValueMax }) =>
    float(f.lesser(f.greater(asFloat(x!), floats(clipValueMin as number)), floats(clipValueMax as number))),
  IsNan: ([x]) => mask(f.ne(asFloat(x!), asFloat(x!))),
  IsInf: ([x]) => mask(f.eq(f.abs(asFloat(x!)), floats(Number.POSITIVE_INFINITY))),
  IsFinite: ([x]) => mask(f.lt(f.abs(asFloat(x!)), floats(Number.POSITIVE_INFINITY))),
  Cast: ([x], { dtype }) => {
    if (dtype === 'bool') return mask(asMask(x!))
    return dtype === 'int32' ? { code: asInt(x!), lanes: 'int' } : float(asFloat(x!))
  },
  Exp: through('exp'),
  Expm1: through('expm1'),
  Log: through('log'),
  Log1p: through('log1p'),
  Tanh: through('tanh'),
  Sigmoid: through('sigmoid'),
  Softplus: through('softplus'),
  Sin: through('sin'),
  Cos: through('cos'),
  Erf: through('erf'),
  ...Object.fromEntries(
    SPECIAL.map((name): [string, Rule] => [
      name,
      (args, _, module) => float(special(module, name)(...args.map(asFloat))),
    ]),
  ),
  /** A copy of what a view reads. */
  Copy: ([x]) => x!,
}

/** In which order the inputs of a kernel are its arguments. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  Select: ['condition', 't', 'e'],
  Prelu: ['x', 'alpha'],
}

/** Whether four lanes of its result depend on the same four lanes of its inputs alone. */
export const isElementwise = (kernel: string): boolean => Object.hasOwn(RULES, kernel)

/** The inputs of an elementwise kernel in the order of its arguments. */
export const argumentsOf = <T>(kernel: string, inputs: Readonly<Record<string, T>>): T[] => {
  // kernels of core's own take a list
  const listed = '0' in inputs ? Object.keys(inputs) : undefined
  const names = ARGUMENTS[kernel] ?? listed ?? ('a' in inputs ? ['a', 'b'] : ['x'])
  return names.map((name) => inputs[name]!)
}

export const elementwise = (
  kernel: string,
  args: Operand[],
  attrs: Readonly<Record<string, unknown>>,
  module: WasmModule,
): Operand => RULES[kernel]!(args, attrs, module)
