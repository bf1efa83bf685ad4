// with all numbers of rows, where the ordinary run takes some in turn
import './bijectors.test.js'
import './distributions.test.js'
import './flows.test.js'
