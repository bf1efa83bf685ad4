export * from '@ebbflow/compiler/native'
