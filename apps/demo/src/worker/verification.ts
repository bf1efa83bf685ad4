import { verify } from '@ebbflow/flows'
import type { Verification } from './protocol.js'
import type { Session } from './session.js'

/** Double precision, layer by layer, on the rows held out. */
export const verification = async (session: Session): Promise<Verification> => verify(session.flow, session.data.held)
