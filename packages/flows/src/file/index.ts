export { type FlowFileParts, loadDequantised, loadFlow, loadJointFlow, saveFlow } from './flow-file.js'
export { MODEL_VERSION, type ModelFile, readModel, type TrainingSummary, writeModel } from './model-file.js'
export { readSafeTensors, type SafeTensors, type StoredTensor, writeSafeTensors } from './safetensors.js'
